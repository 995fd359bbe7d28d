import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { ApiProblem } from "./api/client";
import { makeRouter } from "./router";
import { Provider } from "./ui/provider";

/** A refusal stays one; only a silent server is asked again. */
const retry = (failures: number, error: Error): boolean => !(error instanceof ApiProblem) && failures < 3;

const queries = new QueryClient({ defaultOptions: { queries: { retry, refetchOnWindowFocus: true } } });
const router = makeRouter(queries);

export const App = () => (
  <Provider>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </Provider>
);
