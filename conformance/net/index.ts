// Clients that speak a protocol over a network, judged in process.
export { overNetwork, type NetworkAdapter, type NetworkContext } from './over-network.ts';
