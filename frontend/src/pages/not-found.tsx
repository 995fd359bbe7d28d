import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Page } from "../ui/page";

const NotFound = () => {
  const { t } = useLingui();
  return (
    <Page title={t`No such page`}>
      <p>
        <Trans>
          The address may be mistyped. <Link to="/">Go to the projects.</Link>
        </Trans>
      </p>
    </Page>
  );
};

export default NotFound;
