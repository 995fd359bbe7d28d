import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import type { Json } from "../../api/types";
import { quote } from "../../document/offsets";
import { Choice } from "../../ui/choice";
import { Combobox } from "../../ui/combobox";
import { AttributeForm, withValue } from "../attribute-form";
import { searchEntities } from "../entity-search";
import { activeLabels } from "../labels";
import { relabelled } from "../workspace/actions";
import { useBench } from "./bench";
import css from "./draft-form.module.css";
import type { Question, Wanted } from "./judge";

const NONE = "-";

interface Props {
  readonly question: Question;
  readonly draft: Wanted;
}

/** Another label, other edges, other attributes: select in the text, or drag the edges. */
export const DraftForm = ({ question, draft }: Props) => {
  const { t } = useLingui();
  const { schema, index, setDraft, judge, reason, note, entities } = useBench();
  const label = schema.labels.find((one) => one.key === draft.label);
  const words = quote(index, draft.spans);
  const relabel = (key: string) => {
    const target = schema.labels.find((one) => one.key === key);
    const { attributes = {}, entity = null } = relabelled(schema, draft, target, key);
    setDraft({ ...draft, label: key, attributes, entity });
  };
  const registered = [...entities.values()].filter(
    (one) => one.entity_type === label?.entity_type && (one.merged_into === null || one.id === draft.entity),
  );
  return (
    <div className={css.form}>
      <blockquote className={css.quote} dir="auto">
        {words}
      </blockquote>
      <p className={css.hint}>
        <Trans>Select other words in the text, or drag the edges of the mark.</Trans>
      </p>
      <Choice
        size="xs"
        label={t`Label`}
        options={activeLabels(schema).map(({ key, name }) => ({ value: key, label: name }))}
        value={draft.label}
        onChange={(key) => key && relabel(key)}
      />
      {label?.entity_type && (
        <Combobox
          label={schema.entity_types.find((type) => type.key === label.entity_type)?.name ?? label.entity_type}
          shown={draft.entity === null ? "" : (entities.get(draft.entity)?.name ?? draft.entity)}
          options={(typed) => [
            ...searchEntities(registered, typed ?? "").map(({ id, name }) => ({
              value: id,
              content: <bdi>{name}</bdi>,
            })),
            { value: NONE, content: t`None` },
          ]}
          onChoose={(value) => setDraft({ ...draft, entity: value === NONE ? null : value })}
        />
      )}
      <AttributeForm
        attributes={label?.attributes ?? []}
        values={draft.attributes}
        entities={[...entities.values()]}
        immediate
        onChange={(key: string, value: Json | undefined) =>
          setDraft({ ...draft, attributes: withValue(draft.attributes, key, value) })
        }
      />
      <div className={css.buttons}>
        <Button
          size="xs"
          onClick={() => judge(question, { verdict: "edit", annotation: draft, quote: words, reason, note })}
        >
          <Trans>Decide this</Trans> <kbd>Enter</kbd>
        </Button>
        <Button size="xs" variant="default" onClick={() => setDraft(null)}>
          <Trans>Back</Trans> <kbd>Esc</kbd>
        </Button>
      </div>
    </div>
  );
};
