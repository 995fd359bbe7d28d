import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { projectQuery } from "../../api/queries";
import type { Id } from "../../api/types";
import css from "./document-crumbs.module.css";

interface Props {
  readonly project: Id;
  readonly document?: Id;
  readonly title?: string;
  /** Which of the document's pages, when it is not the workspace itself. */
  readonly room?: string;
}

export const DocumentCrumbs = ({ project, document, title = "", room }: Props) => {
  const { name } = useSuspenseQuery(projectQuery(project)).data;
  return (
    <>
      <Link to="/p/$project" params={{ project }} className={css.project}>
        {name}
      </Link>
      <Divider />
      {room === undefined ? (
        <h1 className={css.title} dir="auto" title={title}>
          {title}
        </h1>
      ) : (
        <>
          {document !== undefined && (
            <Link to="/p/$project/d/$document" params={{ project, document }} className={css.document} dir="auto">
              {title}
            </Link>
          )}
          <Divider />
          <h1 className={css.room}>{room}</h1>
        </>
      )}
    </>
  );
};

const Divider = () => (
  <span className={css.divider} aria-hidden="true">
    /
  </span>
);
