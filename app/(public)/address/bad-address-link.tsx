import { PlainPage } from "@/app/_ui/plain-page";

/** For a token that is forged, used or old. */
export function BadAddressLink() {
  return (
    <PlainPage
      title="This link does not work"
      action={
        <a href="/" className="button button-primary">
          Go to the home page
        </a>
      }
    >
      <p>It was used, it has ended, or it is not complete. Open it again from the latest mail.</p>
    </PlainPage>
  );
}
