import { connection } from "next/server";
import { Suspense } from "react";

/** The page: its heading arrives at once, the report when it is ready. */
export default async function Page() {
  // Rendered for each request: Next.js would otherwise render the page when it is built.
  await connection();
  return (
    <main>
      <h1>Orders of today</h1>
      <Suspense fallback={<p>The report is being written.</p>}>
        <Report />
      </Suspense>
    </main>
  );
}

/** What takes long: in an application of yours a query or a model. */
async function Report() {
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return <p>17 orders were shipped.</p>;
}
