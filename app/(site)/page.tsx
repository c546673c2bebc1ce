import type { Metadata } from "next";
import { buttonClass } from "@/app/_ui/button-class";
import { LandingSheet } from "./landing-sheet";

const title = "Dossier: profiles people show, documents only reviewers see";
const description =
  "A calm registry for organisations that vet people: members keep a profile and hand in private documents, reviewers decide, every opening is on record, and nothing is kept longer than it is needed.";

export const metadata: Metadata = {
  title: { absolute: title },
  description,
  robots: { index: true, follow: true },
  alternates: { canonical: "/" },
  openGraph: {
    title,
    description,
    type: "website",
    url: "/",
    siteName: "Dossier",
    images: [{ url: "/dossier.png", width: 1200, height: 630, alt: "A certificate with an approval stamp." }],
  },
  twitter: { card: "summary_large_image" },
};

/** What the register of one document looks like. Made up, and said to be. */
const REGISTER = [
  { at: "1 Mar, 09:14", what: "handed in", by: "you" },
  { at: "2 Mar, 10:02", what: "opened", by: "a reviewer" },
  { at: "2 Mar, 10:06", what: "approved", by: "the same reviewer" },
  { at: "2 Sep, 00:00", what: "destroyed, as agreed", by: "the clock" },
];

const KINDS = [
  {
    question: "Who sees it?",
    shown: "Everyone, once you make your profile public.",
    handed: "You, and reviewers with leave for that kind of document. No role alone opens it.",
  },
  {
    question: "What is it?",
    shown: "A picture we draw anew from yours, without its place, date and camera.",
    handed: "Your file as you sent it, checked to be what it says.",
  },
  {
    question: "Where does it lie?",
    shown: "In a store for public pictures.",
    handed: "In a private store of its own. Each look needs a fresh permission that lasts a minute at most.",
  },
  {
    question: "How does it end?",
    shown: "Hide it, and its address is dead within a minute.",
    handed: "Destroyed on a date that you are told before you hand it in.",
  },
];

const STEPS = [
  {
    title: "Hand it in",
    text: "Choose a file or take a photo. You see why it is asked for, what a good one looks like, and how long it is kept. It goes straight to the private store.",
  },
  {
    title: "A reviewer decides",
    text: "One person opens it, page by page, and the register says so. Then it is approved, or you read what is missing in words that you can act on.",
  },
  {
    title: "It ends on time",
    text: "An approval runs out on its date, and you are told in time. The paper itself is destroyed on another. Both dates stand beside your document.",
  },
];

export default function Landing() {
  return (
    <div className="mx-auto max-w-page px-4 sm:px-6">
      <div className="lg:border-l-4 lg:border-double lg:border-refused/35 lg:pl-16">
        <section className="grid items-center gap-x-12 gap-y-10 py-12 sm:py-16 lg:grid-cols-[7fr_5fr] lg:py-20">
          <div className="grid gap-6">
            <h1 className="font-serif text-display tracking-tight">
              <span className="block">Profiles people show.</span>{" "}
              <span className="block">Documents only reviewers see.</span>
            </h1>
            <p className="max-w-prose text-lg text-muted">
              For organisations that vet people and want to be careful with what they are handed. A profile, a
              private drawer for papers, a register of everyone who opened one, and a date on which each is
              destroyed.
            </p>
            <div className="flex flex-wrap items-center gap-x-6 gap-y-3 pt-2">
              <a href="/sign-up" className={buttonClass({ variant: "primary" })}>
                Open your dossier
              </a>
              <a href="/sign-in" className="link inline-flex min-h-11 items-center">
                I have one already
              </a>
            </div>
          </div>
          <div className="mx-auto w-full max-w-[26rem]">
            <LandingSheet />
          </div>
        </section>

        <section aria-labelledby="register" className="border-t border-hairline py-12 sm:py-16">
          <div className="grid gap-x-12 gap-y-6 lg:grid-cols-[5fr_7fr]">
            <div className="grid content-start gap-3">
              <h2 id="register" className="font-serif text-title tracking-tight">
                Nobody looks in secret
              </h2>
              <p className="max-w-prose text-muted">
                Each opening of a document is written down before it happens: who, when and what for. You can
                read it at any time. If it cannot be written, nothing is opened.
              </p>
            </div>
            <table className="w-full text-left">
              <caption className="pb-2 text-left text-sm text-muted">
                What is on record of one document, as an example
              </caption>
              <thead className="sr-only">
                <tr>
                  <th scope="col">When</th>
                  <th scope="col">What</th>
                  <th scope="col">By</th>
                </tr>
              </thead>
              <tbody>
                {REGISTER.map((line) => (
                  <tr key={line.what} className="border-t border-hairline last:border-b">
                    <td className="py-3 pr-4 whitespace-nowrap text-muted">{line.at}</td>
                    <td className="py-3 pr-4 font-bold">{line.what}</td>
                    <td className="py-3 text-right text-muted">{line.by}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>

        <section aria-labelledby="kinds" className="border-t border-hairline py-12 sm:py-16">
          <h2 id="kinds" className="font-serif text-title tracking-tight">
            Two kinds of things, never in one drawer
          </h2>
          <table className="mt-8 w-full text-left max-sm:block max-sm:*:block">
            <thead className="max-sm:sr-only">
              <tr>
                <td className="w-1/4" />
                <th scope="col" className="pr-6 pb-3 font-serif text-lg font-normal">
                  What you show
                </th>
                <th scope="col" className="pb-3 font-serif text-lg font-normal">
                  What you hand in
                </th>
              </tr>
            </thead>
            <tbody>
              {KINDS.map((kind) => (
                <tr
                  key={kind.question}
                  className="border-t border-hairline align-top max-sm:grid max-sm:gap-2 max-sm:py-4"
                >
                  <th scope="row" className="sm:py-4 sm:pr-6">
                    {kind.question}
                  </th>
                  <td className="sm:py-4 sm:pr-6">
                    <span className="text-sm text-muted sm:hidden">What you show: </span>
                    {kind.shown}
                  </td>
                  <td className="sm:py-4">
                    <span className="text-sm text-muted sm:hidden">What you hand in: </span>
                    {kind.handed}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="mt-8 max-w-prose border-l-4 border-accent pl-4">
            And the site itself? Its own files come from the people who make it and lie in a third place.
            Nothing that anyone uploads can become part of the site, replace a piece of it or be served beside
            it. That is tested, not assumed.
          </p>
        </section>

        <section aria-labelledby="steps" className="border-t border-hairline py-12 sm:py-16">
          <h2 id="steps" className="font-serif text-title tracking-tight">
            How it goes
          </h2>
          <ol className="mt-8 grid gap-x-10 gap-y-8 sm:grid-cols-3">
            {STEPS.map((step, index) => (
              <li key={step.title} className="grid content-start gap-2 border-t-2 border-ink pt-4">
                <span aria-hidden="true" className="font-serif text-title text-accent">
                  {index + 1}
                </span>
                <h3 className="font-serif text-lg">{step.title}</h3>
                <p className="text-muted">{step.text}</p>
              </li>
            ))}
          </ol>
        </section>

        <section aria-labelledby="whom" className="border-t border-hairline py-12 sm:py-16">
          <div className="grid gap-x-12 gap-y-4 lg:grid-cols-[5fr_7fr]">
            <h2 id="whom" className="font-serif text-title tracking-tight">
              For those who must ask, and kind to those who are asked
            </h2>
            <div className="grid max-w-prose gap-4">
              <p>
                Charities, schools, clinics, agencies and landlords have to see certificates, letters and
                contracts. By e-mail and shared drives nobody knows who has seen what, nothing runs out and
                nothing is ever destroyed.
              </p>
              <p>
                Dossier is what they put in its place, on their own account, in an afternoon. It is open
                source, and made to be read.
              </p>
            </div>
          </div>
        </section>
      </div>
    </div>
  );
}
