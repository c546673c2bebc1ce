"use client";

import { useEffect } from "react";
import { rememberPerson } from "./call-api";

/** Tells the API client the person that the server drew this page for. Shows nothing. */
export function PagePerson({ id }: { id: string }) {
  useEffect(() => rememberPerson(id), [id]);
  return null;
}
