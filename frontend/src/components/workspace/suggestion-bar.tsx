import { Trans, useLingui } from "@lingui/react/macro";
import { Button, useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import { Badge } from "../../ui/badge";
import { LabelMark } from "../label-mark";
import { textLabels } from "../labels";
import { shorten } from "../words";
import { quoteOf } from "./actions";
import banner from "./banner.module.css";
import { useDesk } from "./desk";
import { MARK, type SuggestMode } from "./mode";
import css from "./suggestion-bar.module.css";

const keepFocus = (event: { preventDefault: () => void }) => event.preventDefault();

/** The suggestion in hand: what it says, who says it, and what can be said to it, by key, mouse or finger. */
export const SuggestionBar = ({ mode }: { readonly mode: SuggestMode }) => {
  const { t } = useLingui();
  const { offers, schema, snapshot, entities, accept, reject, review, setMode, store } = useDesk();
  const scheme = useComputedColorScheme("light");
  const looks = useMemo(() => textLabels(schema.labels, scheme), [schema, scheme]);
  const at = offers.findIndex((one) => one.id === mode.id);
  const offer = offers[at];
  if (!offer) return null;
  const name = schema.labels.find((one) => one.key === offer.label)?.name ?? offer.label;
  const words = shorten(quoteOf(snapshot.index, mode.spans ?? offer.spans), 60);
  const entity = offer.entity === null ? undefined : entities.get(offer.entity);
  const [place, total] = [at + 1, offers.length];
  const leave = () => {
    setMode(MARK);
    store.select(null);
  };
  return (
    <div className={`${banner.banner} ${css.bar}`} role="status">
      <span className={css.what}>
        <LabelMark look={looks.find((look) => look.key === offer.label)} />
        <b>{name}</b>
        <q dir="auto">{words}</q>
        {entity && entity.name !== words && <bdi className={css.entity}>{entity.name}</bdi>}
        <Badge>
          {offer.sourceName}
          {offer.score !== null && ` ${Math.round(offer.score * 100)} %`}
        </Badge>
        <span className={css.place}>
          {place} / {total}
        </span>
      </span>
      <span className={css.buttons}>
        <Button size="compact-sm" onMouseDown={keepFocus} onClick={() => accept()}>
          <Trans>
            Accept <kbd>Enter</kbd>
          </Trans>
        </Button>
        <Button size="compact-sm" variant="default" onMouseDown={keepFocus} onClick={reject}>
          <Trans>
            Reject <kbd>x</kbd>
          </Trans>
        </Button>
        <Button size="compact-sm" variant="default" onMouseDown={keepFocus} onClick={() => review(1)}>
          <Trans>
            Next <kbd>Tab</kbd>
          </Trans>
        </Button>
        <span className={css.hint}>
          <Trans>
            another label: its key; edges: <kbd>←</kbd> <kbd>→</kbd>
          </Trans>
        </span>
        <button type="button" className={banner.leave} aria-label={t`Leave`} onMouseDown={keepFocus} onClick={leave}>
          <kbd>Esc</kbd>
        </button>
      </span>
    </div>
  );
};
