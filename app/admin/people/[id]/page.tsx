import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { appContext } from "@/app/_server/app-context";
import { requireAdmin } from "@/app/_server/current-viewer";
import { ButtonLink } from "@/app/_ui/button-link";
import { DataTable } from "@/app/_ui/data-table";
import { Notice } from "@/app/_ui/notice";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { Section } from "@/app/_ui/section";
import { SiteLink } from "@/app/_ui/site-link";
import { StatusBadge } from "@/app/_ui/status-badge";
import { Time } from "@/app/_ui/time";
import { getPersonDetails, type PersonDetails } from "@/lib/accounts/person-details";
import { listOpenedFiles } from "@/lib/audit/opened-files";
import { Problem } from "@/lib/errors";
import { fields } from "@/lib/fields/fields";
import { isGrantable } from "@/lib/permissions/grant";
import type { Viewer } from "@/lib/permissions/viewer";
import { breachHref } from "../breach/breach-url";
import { OpenedTable } from "../breach/opened-table";
import { ConfirmButton } from "../confirm-button";
import { fieldLabel, ROLE_LABELS } from "../person-words";
import { StateLabel } from "../state-label";
import { GrantsForm, RoleForm, WorkNameForm } from "./person-forms";
import { StateSection } from "./state-section";

export const metadata: Metadata = { title: "Person" };

/** As many as one looks through. The breach view has all of them. */
const OPENED_SHOWN = 10;

export default async function PersonPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const viewer = await requireAdmin(`/admin/people/${encodeURIComponent(id)}`);
  const details = await findDetails(id);
  const opened = await listOpenedFiles(appContext(), { by: details.person.id }, OPENED_SHOWN);
  const { person } = details;
  return (
    <PageBody>
      <PageHeader
        title={<bdi>{person.name}</bdi>}
        lead={<Lead details={details} />}
        actions={
          <>
            <ButtonLink href={`/admin/requests/ask?member=${person.id}`}>Ask for a document</ButtonLink>
            <ButtonLink href={`/admin/trail?about=${person.id}`}>Audit trail</ButtonLink>
          </>
        }
      />
      <RoleSections details={details} viewer={viewer} />
      <Section id="sessions" title="Signed in">
        <p>
          {details.sessions === 0
            ? "The person is not signed in."
            : details.sessions === 1
              ? "Signed in with one browser."
              : `Signed in with ${details.sessions} browsers.`}
          {person.lastSeenAt ? (
            <>
              {" "}
              Last seen <Time value={person.lastSeenAt} as="moment" />.
            </>
          ) : null}
        </p>
        {details.sessions > 0 && person.id !== viewer.id ? (
          <ConfirmButton
            label="Sign out everywhere…"
            title="Sign this person out everywhere?"
            action="Sign out"
            pendingLabel="Signing out…"
            method="DELETE"
            path={`/api/people/${person.id}/sessions`}
            done="The person is signed out everywhere"
          >
            <p>All sessions of this person end. The person can sign in again with the password.</p>
          </ConfirmButton>
        ) : null}
      </Section>
      <Section id="documents" title="Documents of this person">
        <DataTable
          caption="Documents by type and state"
          empty="The person has sent no document."
          columns={[
            { label: "Type", as: "heading" },
            { label: "State", as: "prose" },
            { label: "Number", as: "number" },
          ]}
          rows={details.documents.map(({ field, status, count }) => ({
            key: `${field} ${status}`,
            cells: [
              fieldLabel(field),
              <StatusBadge key="status" status={status} audience="reviewer" />,
              count,
            ],
          }))}
        />
      </Section>
      <Section id="holds" title="Holds">
        <DataTable
          caption="Holds on this person"
          empty="There is no hold."
          columns={["On", { label: "Reason", as: "prose" }, { label: "Since", as: "time" }]}
          rows={details.holds.map(({ id: holdId, isOnFile, reason, createdAt }) => ({
            key: holdId,
            cells: [
              isOnFile ? "One file" : "All files",
              <span key="reason" dir="auto" className="whitespace-pre-line">
                {reason}
              </span>,
              <Time key="since" value={createdAt} />,
            ],
          }))}
        />
        {details.holds.length > 0 ? (
          <p>
            <SiteLink href="/admin/retention" className="link">
              Release holds
            </SiteLink>
          </p>
        ) : null}
      </Section>
      <Section id="opened" title="What this person opened">
        <OpenedTable items={opened.items} empty="The person has opened no document." />
        {opened.items.length > 0 ? (
          <p>
            <SiteLink href={breachHref({ by: person.id })} className="link">
              All that this person opened
            </SiteLink>
          </p>
        ) : null}
        <p>
          <SiteLink href={breachHref({ member: person.id })} className="link">
            Who opened documents of this person
          </SiteLink>
        </p>
      </Section>
    </PageBody>
  );
}

/** Errors of an unknown id show the page "not found". */
async function findDetails(id: string): Promise<PersonDetails> {
  try {
    return await getPersonDetails(appContext(), id);
  } catch (error) {
    if (error instanceof Problem && error.code === "not_found") notFound();
    throw error;
  }
}

function Lead({ details: { person, emailVerified, publicHandle } }: { details: PersonDetails }) {
  return (
    <span className="grid gap-1">
      <span className="wrap-anywhere">
        {person.email}
        {emailVerified ? "" : " · address not verified"}
      </span>
      <span className="flex flex-wrap gap-x-4 gap-y-1">
        <StateLabel state={person.state} />
        <span>{ROLE_LABELS[person.role]}</span>
        <span>
          Joined <Time value={person.createdAt} />
        </span>
        {publicHandle ? (
          <SiteLink href={`/u/${publicHandle}`} className="link">
            Public page
          </SiteLink>
        ) : null}
      </span>
    </span>
  );
}

function RoleSections({ details, viewer }: { details: PersonDetails; viewer: Viewer }) {
  const { person, leftAt } = details;
  const isOwn = person.id === viewer.id;
  return (
    <>
      {isOwn ? (
        <Notice title="This is your account">
          Another admin can change your role, your access and your state.
        </Notice>
      ) : null}
      <Section id="access" title="Role and access">
        {leftAt ? (
          <p className="max-w-prose">The person has left, so there is no role and no access to give.</p>
        ) : (
          <div className="grid gap-8 sm:grid-cols-2">
            {isOwn ? (
              <p>
                {ROLE_LABELS[person.role]}
                {person.fields.length > 0 ? `, may see: ${person.fields.map(fieldLabel).join(", ")}` : ""}
              </p>
            ) : (
              <RoleForm
                id={person.id}
                role={person.role}
                roles={Object.entries(ROLE_LABELS).map(([value, label]) => ({ value, label }))}
              />
            )}
            <WorkNameForm id={person.id} workName={person.workName ?? ""} />
            {isOwn || person.role === "member" ? null : (
              <GrantsForm
                id={person.id}
                granted={person.fields}
                choices={[...fields.values()]
                  .filter(({ name }) => isGrantable(name))
                  .map(({ name, label }) => ({ value: name, label }))}
              />
            )}
          </div>
        )}
      </Section>
      {isOwn ? null : <StateSection details={details} />}
    </>
  );
}
