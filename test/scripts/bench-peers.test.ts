import { describe, expect, it } from 'vitest';
import { fillCommand, peerVerdict, readDnsperf, readPeers } from '../../scripts/bench-peers.ts';

/** As dnsperf 2.10 of Debian 12 printed it. */
const DNSPERF = `DNS Performance Testing Tool
Version 2.10.0

[Status] Command line: dnsperf -s 127.0.0.1 -p 5300 -d queries.txt -n 1 -c 16 -q 2000 -T 1
[Status] Sending queries (to 127.0.0.1:5300)
[Status] Testing complete (end of file)

Statistics:

  Queries sent:         60000
  Queries completed:    59998 (100.00%)
  Queries lost:         2 (0.00%)

  Response codes:       NOERROR 44422 (74.04%), NXDOMAIN 15576 (25.96%)
  Average packet size:  request 37, response 116
  Run time (s):         0.973312
  Queries per second:   61644.94

  Average Latency (s):  0.025 (min 0.001, max 0.1)
`;

describe('readDnsperf', () => {
  it('reads what was sent and lost, and every response code', () => {
    expect(readDnsperf(DNSPERF)).toEqual({
      sent: 60_000,
      lost: 2,
      rcodes: { NOERROR: 44_422, NXDOMAIN: 15_576 },
    });
  });

  it('throws on an output without its statistics', () => {
    expect(() => readDnsperf('Error: unable to open file')).toThrow('Queries sent');
  });
});

describe('readPeers', () => {
  it('refuses a check without its peer, and a name without a command', () => {
    expect(() => readPeers(['a=run'], ['b=wc'])).toThrow('there is no --peer b');
    expect(() => readPeers(['=run'], [])).toThrow('NAME=COMMAND');
  });
});

describe('fillCommand', () => {
  it('puts files and ports where they are asked for, and leaves other braces alone', () => {
    const values = { port: '5300', txt: '/data/txt.txt' };
    expect(fillCommand('run -p {port} {txt} {txt} {HOME} {unknown}', values)).toBe(
      'run -p 5300 /data/txt.txt /data/txt.txt {HOME} {unknown}',
    );
  });

  it('refuses a path that a shell would read as more than a word', () => {
    expect(() => fillCommand('{folder}', { folder: '/a b' })).toThrow('shell');
    expect(() => fillCommand('{folder}', { folder: '/a;rm' })).toThrow('shell');
  });
});

describe('peerVerdict', () => {
  const truth = { domains: 100, records: 250 };

  it('holds what the peer prints against the zone', () => {
    expect(peerVerdict('answers 300\nrecords 250\n', truth)).toEqual({
      answers: 300,
      differences: [],
    });
    expect(peerVerdict('records 250', truth)).toEqual({ answers: undefined, differences: [] });
  });

  it('says what is missing or too much', () => {
    expect(peerVerdict('answers 299\nrecords 251', truth).differences).toEqual([
      'answers: found 299, true 300',
      'records: found 251, true 250',
    ]);
  });

  it('cannot tell when the peer prints neither', () => {
    expect(peerVerdict('300 answers, all well', truth)).toEqual({
      answers: undefined,
      differences: undefined,
    });
  });
});
