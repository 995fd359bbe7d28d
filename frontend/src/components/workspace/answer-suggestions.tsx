import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import type { Offer } from "../../document/offers";
import { Choice } from "../../ui/choice";
import { Dialog } from "../../ui/dialog";
import { WindowList } from "../../ui/window-list";
import { useDesk } from "./desk";
import css from "./spread.module.css";

const HEIGHT = 34;
const AROUND = 30;

interface Props {
  readonly onClose: () => void;
}

/** Several suggestions at once, each of them in sight: taken or rejected together, and each undone by itself. */
const AnswerSuggestions = ({ onClose }: Props) => {
  const { t } = useLingui();
  const { offers, mode, schema, actions, store } = useDesk();
  const current = mode.kind === "suggest" ? offers.find((one) => one.id === mode.id) : undefined;
  const [label, setLabel] = useState<string | null>(current?.label ?? null);
  const [source, setSource] = useState<string | null>(current?.source ?? null);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [since] = useState(() => performance.now());
  const found = useMemo(
    () => offers.filter((one) => (label === null || one.label === label) && (source === null || one.source === source)),
    [offers, label, source],
  );
  const chosen = found.filter((one) => !left.has(one.id));
  const labels = options(offers, (one) => [one.label, schema.labels.find(({ key }) => key === one.label)?.name ?? ""]);
  const sources = options(offers, (one) => [one.source, one.sourceName]);
  const answer = (act: (offers: readonly Offer[], seen: number) => void) => () => {
    act(chosen, performance.now() - since);
    store.select(null);
    onClose();
  };
  const turn = (one: Offer, on: boolean) => {
    const next = new Set(left);
    if (on) next.delete(one.id);
    else next.add(one.id);
    setLeft(next);
  };
  return (
    <Dialog opened onClose={onClose} title={t`Answer several suggestions`} size="lg">
      <div className={css.body}>
        <div className={css.filters}>
          <Choice label={t`Label`} none={t`all`} options={labels} value={label} onChange={setLabel} />
          <Choice label={t`Suggested by`} none={t`all`} options={sources} value={source} onChange={setSource} />
        </div>
        <div className={css.list} style={{ blockSize: Math.max(1, Math.min(found.length, 11)) * HEIGHT + 2 }}>
          <WindowList label={t`Suggestions`} rows={found} height={HEIGHT} rowKey={(one) => one.id}>
            {(one) => (
              <label className={css.row}>
                <input
                  type="checkbox"
                  checked={!left.has(one.id)}
                  onChange={(event) => turn(one, event.currentTarget.checked)}
                />
                <Line offer={one} />
              </label>
            )}
          </WindowList>
        </div>
        <div className={css.buttons}>
          <Button data-autofocus disabled={chosen.length === 0} onClick={answer(actions.acceptAll)}>
            <Plural value={chosen.length} one="Accept #" other="Accept #" />
          </Button>
          <Button variant="default" disabled={chosen.length === 0} onClick={answer(actions.rejectAll)}>
            <Plural value={chosen.length} one="Reject #" other="Reject #" />
          </Button>
          <Button variant="default" onClick={onClose}>
            <Trans>Leave</Trans>
          </Button>
        </div>
      </div>
    </Dialog>
  );
};

const Line = ({ offer }: { readonly offer: Offer }) => {
  const { snapshot, schema } = useDesk();
  const { index } = snapshot;
  const [start, end] = [offer.spans[0]?.[0] ?? 0, offer.spans.at(-1)?.[1] ?? 0];
  const here = index.paragraphAt(start);
  const name = schema.labels.find(({ key }) => key === offer.label)?.name ?? offer.label;
  return (
    <>
      <span className={css.line} dir="auto">
        {index.slice(Math.max(here.start, start - AROUND), start)}
        <mark>{index.slice(start, end)}</mark>
        {index.slice(end, Math.min(Math.max(here.end, end), end + AROUND))}
      </span>
      <span className={css.label}>{name}</span>
    </>
  );
};

const options = (offers: readonly Offer[], of: (offer: Offer) => readonly [string, string]) =>
  [...new Map(offers.map(of))].map(([value, label]) => ({ value, label: label || value }));

export default AnswerSuggestions;
