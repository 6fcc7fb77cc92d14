import { describe, expect, it } from 'vitest';
import { guessShape } from '../../src/survey/list-format.ts';

const guess = (path: string, text: string) => guessShape(path, text.split('\n'), undefined);

describe('guessShape', () => {
  it.each([
    ['list.csv', 'a.com', 'csv', ','],
    ['LIST.CSV.GZ', 'a.com;x\nb.com;y', 'csv', ';'],
    ['list.csv', '"a.com"\t1\n"b.com"\t2', 'csv', '\t'],
    ['list.csv', '"a.com","x"\n"a; ""b"" ;"\n"; c"', 'csv', ','],
    ['list.tsv.gz', 'a.com', 'tsv', '\t'],
    ['com.zone.gz', 'a.com', 'zone', ''],
    ['-', '1,google.com\n2,youtube.com', 'csv', ','],
    ['list.txt', '# names, and sectors\na.com,bank\nb.com,shop', 'csv', ','],
    ['list.txt', 'a.com\tbank\nb.com\tshop', 'tsv', '\t'],
    ['list.txt', 'a.com\nb.com', 'plain', ''],
    ['list', 'a.com # bank, or so\nb.com # shop, or so', 'plain', ''],
    ['list', 'a.com\nb.com\nc.com,d.com', 'plain', ''],
    ['list', 'a.com ; bank\nb.com ; shop', 'plain', ''],
    ['com.txt.gz', 'com.\t86400\tin\tsoa\ta. b. 1 2 3 4 5', 'zone', ''],
    ['com.txt.gz', 'example.com.\t172800\tin\tns\tns1.example.', 'zone', ''],
    ['db', '; a zone\n$ORIGIN example.\na NS b', 'zone', ''],
    ['db', '@ IN 1h SOA ns. host. (\n1 2 3 4 5 )', 'zone', ''],
    ['list', '', 'plain', ''],
  ])('takes %s with %j as %s', (path, text, format, delimiter) => {
    expect(guess(path, text)).toEqual({ format, delimiter });
  });

  it('believes what it is told over name and content', () => {
    expect(guessShape('list.csv', ['a,b'], 'plain')).toEqual({ format: 'plain', delimiter: '' });
    expect(guessShape('list.txt', ['a|b'], 'csv')).toEqual({ format: 'csv', delimiter: ',' });
  });
});
