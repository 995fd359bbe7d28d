import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { sendCommands } from "../../api/commands";
import type { Id } from "../../api/types";
import { newId } from "../../document/ids";
import { Choice } from "../../ui/choice";
import { Fault } from "../../ui/states";
import { useGuideline } from "./use-guideline";

interface Props {
  readonly project: Id;
  /** The label's key. */
  readonly label: string;
}

/** Which section of the guideline speaks of a label. */
export const SectionChoice = ({ project, label }: Props) => {
  const { t } = useLingui();
  const queries = useQueryClient();
  const guideline = useGuideline(project);
  const link = useMutation({
    mutationFn: (section: string | null) =>
      sendCommands(project, [{ id: newId(), type: "link_section", data: { label, section } }]),
    onSettled: () => queries.invalidateQueries({ queryKey: ["guideline", project] }),
  });
  if (!guideline || guideline.sections.length === 0) return null;
  const titled = guideline.sections.filter(({ title }) => title !== "");
  const byName = guideline.links[label] === undefined ? guideline.labels[label] : undefined;
  const found = titled.find(({ key }) => key === byName)?.title;
  return (
    <>
      <Choice
        label={t`Section of the guideline`}
        none={found ? t`By its heading: ${found}` : t`None`}
        options={titled.map(({ key, title }) => ({ value: key, label: title }))}
        value={guideline.links[label] ?? null}
        onChange={(section) => link.mutate(section)}
      />
      <Fault error={link.error} />
    </>
  );
};
