import { Trans, useLingui } from "@lingui/react/macro";
import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import { LabelMark } from "../label-mark";
import { textLabels } from "../labels";
import { useDesk } from "./desk";
import css from "./palette.module.css";

/** The labels with their keys: always in the same place. */
export const Palette = () => {
  const { t } = useLingui();
  const { schema, labels, labelKeys: keys, snapshot, mode, canEdit, giveLabel } = useDesk();
  const scheme = useComputedColorScheme("light");
  const looks = useMemo(
    () => new Map(textLabels(schema.labels, scheme).map((look) => [look.key, look])),
    [schema, scheme],
  );
  return (
    <section className={css.palette} aria-label={t`Labels`} data-mode={mode.kind}>
      <h2 className={css.title}>{mode.kind === "relabel" ? <Trans>New label</Trans> : <Trans>Labels</Trans>}</h2>
      <div className={css.labels}>
        {labels.map((label) => (
          <button
            key={label.key}
            type="button"
            className={css.label}
            title={label.description || undefined}
            aria-pressed={snapshot.armed === label.key}
            aria-keyshortcuts={keys.get(label.key)?.join(" ")}
            aria-disabled={!canEdit}
            // The selection and the focus in the text are wanted afterwards.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => canEdit && giveLabel(label.key)}
          >
            <LabelMark look={looks.get(label.key)} />
            <span className={css.name}>{label.name}</span>
            <span className={css.keys}>
              {keys.get(label.key)?.map((key) => (
                <kbd key={key}>{key.replace("Shift+", "⇧")}</kbd>
              ))}
            </span>
          </button>
        ))}
      </div>
    </section>
  );
};
