import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { projectQuery } from "../../api/queries";
import type { Id } from "../../api/types";
import css from "./document-crumbs.module.css";

export const DocumentCrumbs = ({ project, title = "" }: { readonly project: Id; readonly title?: string }) => {
  const { name } = useSuspenseQuery(projectQuery(project)).data;
  return (
    <>
      <Link to="/p/$project" params={{ project }} className={css.project}>
        {name}
      </Link>
      {title && (
        <>
          <span className={css.divider} aria-hidden="true">
            /
          </span>
          <h1 className={css.title} dir="auto" title={title}>
            {title}
          </h1>
        </>
      )}
    </>
  );
};
