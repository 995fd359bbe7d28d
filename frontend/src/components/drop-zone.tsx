import { Trans, useLingui } from "@lingui/react/macro";
import { type DragEvent, useState } from "react";
import { Icon } from "../ui/icons";
import css from "./drop-zone.module.css";

interface Props {
  readonly accept: string;
  readonly busy: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

/** A field for files: a press opens the usual dialog, so dropping is never the only way. */
export const DropZone = ({ accept, busy, onFiles }: Props) => {
  const { t } = useLingui();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (files.length > 0) onFiles(files);
  };
  return (
    <label
      className={css.zone}
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon name="upload" size={22} />
      <span className={css.title}>
        {busy ? <Trans>Sending…</Trans> : <Trans>Drop files here, or choose them</Trans>}
      </span>
      <span className={css.hint}>
        <Trans>Articles of any kind, files with annotations, or a zip of them</Trans>
      </span>
      <input
        type="file"
        multiple
        accept={accept}
        disabled={busy}
        aria-label={t`Files to import`}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          if (files.length > 0) onFiles(files);
        }}
      />
    </label>
  );
};
