// Clients that connect to a broker by themselves, judged in process; and adapters as processes of their own.
export { serveAdapter } from './serve-adapter.ts';
export { overNetwork, type NetworkAdapter, type NetworkContext } from './over-network.ts';
