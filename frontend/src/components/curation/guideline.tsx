import { Trans, useLingui } from "@lingui/react/macro";
import { Drawer, useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import type { Label } from "../../api/types";
import { LabelMark } from "../label-mark";
import { activeLabels, textLabels } from "../labels";
import { useBench } from "./bench";
import css from "./guideline.module.css";

interface Props {
  readonly onClose: () => void;
}

/** What the labels mean, those in question first. */
const Guideline = ({ onClose }: Props) => {
  const { t } = useLingui();
  const { schema, answers, current } = useBench();
  const asked = new Set(answers.map(({ label }) => label));
  const labels = [...activeLabels(schema)].sort((a, b) => Number(asked.has(b.key)) - Number(asked.has(a.key)));
  const type = current?.kind === "link" ? schema.link_types.find(({ key }) => key === current.item.type) : undefined;
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={420}
      title={t`Guideline`}
      closeButtonProps={{ "aria-label": t`Close` }}
      overlayProps={{ backgroundOpacity: 0.15 }}
    >
      <dl className={css.list}>
        {type && (
          <div>
            <dt className={css.label}>{type.name}</dt>
            <dd className={css.words}>{type.description || <Nothing />}</dd>
          </div>
        )}
        {labels.map((label) => (
          <Meaning key={label.key} label={label} />
        ))}
      </dl>
    </Drawer>
  );
};

const Meaning = ({ label }: { readonly label: Label }) => {
  const { schema } = useBench();
  const scheme = useComputedColorScheme("light");
  const looks = useMemo(() => textLabels(schema.labels, scheme), [schema, scheme]);
  return (
    <div>
      <dt className={css.label}>
        <LabelMark look={looks.find(({ key }) => key === label.key)} /> {label.name}
      </dt>
      <dd className={css.words} dir="auto">
        {label.description || <Nothing />}
      </dd>
      {label.attributes.length > 0 && (
        <dd className={css.words}>
          <ul className={css.attributes}>
            {label.attributes.map(({ key, name, values }) => (
              <li key={key}>
                {name}
                {values.length > 0 && `: ${values.join(", ")}`}
              </li>
            ))}
          </ul>
        </dd>
      )}
    </div>
  );
};

const Nothing = () => (
  <span className={css.quiet}>
    <Trans>The schema says nothing more about it.</Trans>
  </span>
);

export default Guideline;
