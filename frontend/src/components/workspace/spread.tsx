import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox } from "@mantine/core";
import { useMemo, useState } from "react";
import type { Annotation } from "../../document/model";
import { Dialog } from "../../ui/dialog";
import { WindowList } from "../../ui/window-list";
import { shorten } from "../words";
import { quoteOf } from "./actions";
import { useDesk } from "./desk";
import { MOST, type Occurrence, occurrences } from "./occurrences";
import css from "./spread.module.css";

interface Props {
  readonly row: Annotation;
  readonly onClose: () => void;
}

const HEIGHT = 34;

/** Where else the words of a span stand, to be marked the same way; each is a mark of its own that can be undone. */
const Spread = ({ row, onClose }: Props) => {
  const { t } = useLingui();
  const { snapshot, schema, actions, entities } = useDesk();
  const [exactCase, setExactCase] = useState(false);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const words = quoteOf(snapshot.index, row.spans);
  const found = useMemo(
    () =>
      row.spans.length > 1 ? [] : occurrences(snapshot.index, snapshot.own, { words, label: row.label, exactCase }),
    [snapshot.index, snapshot.own, words, row, exactCase],
  );
  const chosen = found.filter((one) => !left.has(keyOf(one)));
  const label = schema.labels.find((one) => one.key === row.label)?.name ?? row.label;
  const entity = row.entity === null ? "" : (entities.get(row.entity)?.name ?? "");
  const turn = (one: Occurrence, on: boolean) => {
    const next = new Set(left);
    if (on) next.delete(keyOf(one));
    else next.add(keyOf(one));
    setLeft(next);
  };
  const mark = () => {
    actions.spread(
      row,
      chosen.map((one) => one.span),
    );
    onClose();
  };
  return (
    <Dialog opened onClose={onClose} title={t`Mark all occurrences`} size="lg">
      <div className={css.body}>
        <p>
          <Trans>
            “<bdi>{shorten(words, 60)}</bdi>” as <b>{label}</b>
          </Trans>
          {entity && (
            <>
              {" – "}
              <bdi>{entity}</bdi>
            </>
          )}
        </p>
        <Checkbox
          label={t`Only with the same capitals`}
          checked={exactCase}
          onChange={(event) => setExactCase(event.currentTarget.checked)}
        />
        {found.length === 0 ? (
          <p role="status">
            {row.spans.length > 1 ? (
              <Trans>A span of several parts cannot be looked for.</Trans>
            ) : (
              <Trans>The words stand nowhere else, or are marked there already.</Trans>
            )}
          </p>
        ) : (
          <div className={css.list} style={{ blockSize: Math.min(found.length, 11) * HEIGHT + 2 }}>
            <WindowList label={t`Occurrences`} rows={found} height={HEIGHT} rowKey={keyOf}>
              {(one) => (
                <label className={css.row}>
                  <input
                    type="checkbox"
                    checked={!left.has(keyOf(one))}
                    onChange={(event) => turn(one, event.currentTarget.checked)}
                  />
                  <span className={css.line} dir="auto">
                    {one.before}
                    <mark>{one.words}</mark>
                    {one.after}
                  </span>
                </label>
              )}
            </WindowList>
          </div>
        )}
        {found.length === MOST && (
          <p>
            <Trans>These are the first {MOST}.</Trans>
          </p>
        )}
        <div className={css.buttons}>
          <Button data-autofocus disabled={chosen.length === 0} onClick={mark}>
            <Plural value={chosen.length} one="Mark #" other="Mark #" />
          </Button>
          <Button variant="default" onClick={onClose}>
            <Trans>Leave</Trans>
          </Button>
        </div>
      </div>
    </Dialog>
  );
};

const keyOf = ({ span }: Occurrence): string => span.join("-");

export default Spread;
