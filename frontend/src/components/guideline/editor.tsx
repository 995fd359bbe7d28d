import { Trans, useLingui } from "@lingui/react/macro";
import { Button, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../../api/client";
import { sendCommands } from "../../api/commands";
import type { Guideline, Id } from "../../api/types";
import { newId } from "../../document/ids";
import { Fault } from "../../ui/states";
import form from "../form.module.css";
import { Markdown } from "../markdown/markdown";
import { Difference } from "./difference";
import css from "./guideline.module.css";

interface Props {
  readonly project: Id;
  /** The version that the new one begins from. */
  readonly base: Guideline;
  readonly onDone: () => void;
}

type Look = "write" | "preview" | "difference";

/** A new version: written, looked at as it will be read, and against the one before. */
export const GuidelineEditor = ({ project, base, onDone }: Props) => {
  const { t } = useLingui();
  const queries = useQueryClient();
  const before = base.text ?? "";
  const [text, setText] = useState(before);
  const [note, setNote] = useState("");
  const [look, setLook] = useState<Look>("write");
  const [id] = useState(newId);
  const write = useMutation({
    mutationFn: async () => {
      const data = { text, based_on: base.version, note: note.trim() };
      await sendCommands(project, [{ id: `${id}`, type: "write_guideline", data }]);
      // Who wrote it has read it.
      const body = { version: base.version + 1 };
      await post("/api/v1/projects/{project}/guideline/read", { params: { path: { project } }, body });
    },
    onSuccess: onDone,
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["guideline-versions", project] });
      return queries.invalidateQueries({ queryKey: ["guideline", project] });
    },
  });
  const next = base.version + 1;
  return (
    <form
      className={form.form}
      onSubmit={(event) => {
        event.preventDefault();
        write.mutate();
      }}
    >
      <SegmentedControl
        aria-label={t`How to look at it`}
        value={look}
        onChange={(value) => setLook(value as Look)}
        data={[
          { value: "write", label: t`Write` },
          { value: "preview", label: t`Preview` },
          { value: "difference", label: t`Difference` },
        ]}
      />
      {look === "write" && (
        <Textarea
          label={t`Text, in Markdown`}
          description={t`A heading that is called like a label is shown with that label.`}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autosize
          minRows={14}
          maxRows={40}
          maxLength={200_000}
          required
          classNames={{ input: css.source ?? "" }}
          data-autofocus
        />
      )}
      {look === "preview" && (
        <div className={css.preview}>
          <Markdown text={text} />
        </div>
      )}
      {look === "difference" && <Difference before={before} after={text} />}
      <TextInput
        label={t`What changed, for those who have read version ${base.version}`}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={2000}
      />
      <Fault error={write.error} />
      <div className={form.buttons}>
        <Button type="submit" loading={write.isPending} disabled={text.trim() === "" || text === before}>
          <Trans>Make it version {next}</Trans>
        </Button>
        <Button variant="default" onClick={onDone}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  );
};
