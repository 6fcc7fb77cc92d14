/** The names known to have had DMARC and what they ask for now, from a store or a list's label. */
import type { KnownDmarc } from '../report/report-data.ts';
import { policy4 } from '../statistics/known-dmarc.ts';
import type { NightProfiles } from '../statistics/night-profiles.ts';
import type { StoreReader } from '../store/store.ts';
import { SurveyError } from '../survey/errors.ts';
import type { RunRow } from '../survey/ports.ts';

/** `label` is `COLUMN=VALUE`; without it earlier nights say which names had DMARC. */
export function knownDmarcOf(
  store: StoreReader,
  run: RunRow,
  label: string | undefined,
): KnownDmarc {
  if (!run.config.checks.includes('dmarc')) {
    throw new SurveyError('usage', `night ${run.night} did not ask for DMARC`);
  }
  const [night] = store.nightProfiles([run.id]);
  const { known, source } =
    label === undefined ? byEarlierNights(store, run) : byLabel(store, run, label);
  const { notAsked: _, ...policies } = policy4(night as NightProfiles, known);
  if (policies.known === 0) {
    throw new SurveyError(
      'usage',
      `night ${run.night} asked no name that is known to have had DMARC (${source}); survey it on an earlier night, or name a label with --known-by COLUMN=VALUE`,
    );
  }
  return { ...policies, source };
}

interface Known {
  readonly known: Uint8Array;
  readonly source: string;
}

function byEarlierNights(store: StoreReader, run: RunRow): Known {
  const earlier = store.runs().filter(({ id }) => id < run.id);
  const [first] = earlier;
  const last = earlier.at(-1);
  if (first === undefined || last === undefined) {
    throw new SurveyError(
      'usage',
      `no night before ${run.night} says which names had DMARC; name a label with --known-by COLUMN=VALUE`,
    );
  }
  const nights = first.id === last.id ? first.night : `${first.night} – ${last.night}`;
  return { known: store.everDmarc(run.id), source: nights };
}

function byLabel(store: StoreReader, run: RunRow, label: string): Known {
  const at = label.indexOf('=');
  if (at < 1) {
    throw new SurveyError('usage', `--known-by ${JSON.stringify(label)}: it takes COLUMN=VALUE`);
  }
  const known = store.withLabel(run.id, label.slice(0, at), label.slice(at + 1));
  return { known, source: label };
}
