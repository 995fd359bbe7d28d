import { useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import type { Room } from "../../api/types";
import { Fault } from "../../ui/states";
import { fold } from "../entity-search";
import css from "./threads.module.css";
import { calledIn, type Said } from "./use-threads";

interface Props {
  readonly label: string;
  readonly action: string;
  /** Who can be called here. */
  readonly people: Room["people"];
  readonly begin?: string;
  readonly autoFocus?: boolean;
  readonly onSay: (said: Said) => Promise<unknown>;
  readonly onCancel?: () => void;
  readonly children?: ReactNode;
}

/** Where one writes. After an at sign it offers whom one may call. */
export const CommentBox = ({ label, action, people, begin = "", autoFocus, onSay, onCancel, children }: Props) => {
  const { t } = useLingui();
  const [body, setBody] = useState(begin);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const call = useCall(body, setBody, people);
  const say = async () => {
    if (body.trim() === "" || busy) return;
    setBusy(true);
    try {
      await onSay({ body: body.trim(), mentions: calledIn(body, people) });
      setBody("");
      setError(null);
      onCancel?.();
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
    }
  };
  const keys = (event: KeyboardEvent) => {
    if (call.keys(event)) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void say();
    else if (event.key === "Escape" && onCancel) onCancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <form
      className={css.box}
      onSubmit={(event) => {
        event.preventDefault();
        void say();
      }}
    >
      <div className={css.field}>
        <Textarea
          ref={call.field}
          aria-label={label}
          placeholder={people.length > 0 ? t`${label} · @ calls somebody` : label}
          value={body}
          onChange={(event) => setBody(event.currentTarget.value)}
          onSelect={call.look}
          onKeyDown={keys}
          onBlur={call.close}
          autosize
          minRows={2}
          maxRows={12}
          maxLength={10_000}
          data-autofocus={autoFocus}
          autoFocus={autoFocus ?? false}
          data-comment
          {...call.aria}
          // What the keys of the list do must not be done by the page, too.
          data-expanded={call.offered.length > 0 ? true : undefined}
        />
        {call.list}
      </div>
      <Fault error={error} />
      <div className={css.buttons}>
        <Button type="submit" size="compact-sm" loading={busy} disabled={body.trim() === ""} title="Ctrl+Enter">
          {action}
        </Button>
        {onCancel && (
          <Button size="compact-sm" variant="subtle" onClick={onCancel}>
            {t`Cancel`}
          </Button>
        )}
        {children}
      </div>
    </form>
  );
};

const CALL = /(^|\s)@([^\s@]*(?: [^\s@]*)?)$/;
const MOST = 6;

/** The list under the field while a name is being written. */
const useCall = (body: string, setBody: (body: string) => void, people: Room["people"]) => {
  const { t } = useLingui();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const wanted = fold(typed ?? "");
  const offered =
    typed === null
      ? []
      : people.filter(({ name }) => fold(name).startsWith(wanted) && fold(name) !== wanted.trim()).slice(0, MOST);
  const close = () => setTyped(null);
  const look = () => {
    const end = field.current?.selectionStart ?? body.length;
    setTyped(CALL.exec((field.current?.value ?? body).slice(0, end))?.[2] ?? null);
    setAt(0);
  };
  const choose = (name: string) => {
    const end = field.current?.selectionStart ?? body.length;
    const before = body.slice(0, end).replace(CALL, `$1@${name} `);
    setBody(before + body.slice(end));
    close();
    requestAnimationFrame(() => field.current?.setSelectionRange(before.length, before.length));
  };
  const keys = (event: KeyboardEvent): boolean => {
    if (offered.length === 0) return false;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const chosen = offered[at];
    if (step !== 0) setAt((at + step + offered.length) % offered.length);
    else if (event.key === "Escape") close();
    else if ((event.key === "Enter" || event.key === "Tab") && chosen) choose(chosen.name);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const list = offered.length > 0 && (
    <div id={id} role="listbox" aria-label={t`Whom to call`} className={css.people}>
      {offered.map(({ id: person, name }, k) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
        <div
          key={person}
          id={`${id}-${k}`}
          role="option"
          tabIndex={-1}
          aria-selected={k === at}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => choose(name)}
        >
          <bdi>{name}</bdi>
        </div>
      ))}
    </div>
  );
  const aria = {
    "aria-autocomplete": "list" as const,
    ...(offered.length > 0 && { "aria-controls": id, "aria-activedescendant": `${id}-${at}` }),
  };
  return { field, look, keys, close, list, aria, offered };
};
