import { Trans, useLingui } from "@lingui/react/macro";
import { shorten } from "../words";
import { quoteOf } from "./actions";
import css from "./banner.module.css";
import { useDesk } from "./desk";
import { type LinkMode, MARK, offered } from "./mode";
import { SuggestionBar } from "./suggestion-bar";

/** Says what the next key or click does, over the end of the text, so that nothing moves. */
export const Banner = () => {
  const { mode, snapshot, setMode } = useDesk();
  if (mode.kind === "mark") return null;
  if (mode.kind === "suggest") return <SuggestionBar mode={mode} />;
  const id = mode.kind === "link" ? mode.from : mode.id;
  const row = snapshot.own.annotations.get(id);
  const words = row ? shorten(quoteOf(snapshot.index, mode.kind === "bounds" ? mode.spans : row.spans), 40) : "";
  return (
    <div className={css.banner} role="status">
      {mode.kind === "relabel" && (
        <span>
          <Trans>
            Press the new label's key for <q dir="auto">{words}</q>
          </Trans>
        </span>
      )}
      {mode.kind === "bounds" && (
        <span>
          <Trans>
            Drag an edge; or <kbd>←</kbd> <kbd>→</kbd> the end, with <kbd>Shift</kbd> the start, with <kbd>Alt</kbd> by
            character, and <kbd>Enter</kbd> to keep <q dir="auto">{words}</q>
          </Trans>
        </span>
      )}
      {mode.kind === "link" && <LinkWords mode={mode} words={words} />}
      <button
        type="button"
        className={css.leave}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => setMode(MARK)}
      >
        <Trans>Leave</Trans> <kbd>Esc</kbd>
      </button>
    </div>
  );
};

const LinkWords = ({ mode, words }: { readonly mode: LinkMode; readonly words: string }) => {
  const { t } = useLingui();
  const { schema, snapshot, setMode, actions } = useDesk();
  const types = offered(schema, snapshot.own, mode);
  const choose = (key: string) => {
    if (mode.asking && mode.target !== null) {
      actions.link(key, mode.from, mode.target);
      setMode(MARK);
    } else setMode({ ...mode, type: mode.type === key ? null : key, target: null });
  };
  return (
    <>
      <span>
        {mode.asking ? (
          <Trans>Which link?</Trans>
        ) : (
          <Trans>
            Link from <q dir="auto">{words}</q>: click the target, or <kbd>n</kbd> <kbd>p</kbd> and <kbd>Enter</kbd>, or{" "}
            <kbd>/</kbd> to search
          </Trans>
        )}
      </span>
      <fieldset className={css.types} aria-label={t`Type of link`}>
        {types.map((type, k) => (
          <button
            key={type.key}
            type="button"
            className={css.type}
            aria-pressed={mode.type === type.key}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(type.key)}
          >
            {type.name} {k < 9 && <kbd>{k + 1}</kbd>}
          </button>
        ))}
      </fieldset>
    </>
  );
};
