// The adapter of MQTT.js, which does not connect again: a loss is final.
import mqtt, { type IClientPublishOptions } from 'mqtt';
import { overNetwork } from 'producer-tck/net';

export default overNetwork({
  name: 'MQTT.js',
  speaks: 'mqtt',
  supports: ['completion', 'connection-loss'],
  async open({ settings, host, port }) {
    const client = await mqtt.connectAsync(`mqtt://${host}:${port}`, {
      protocolVersion: 5,
      reconnectPeriod: 0,
    });
    client.on('error', () => {}); // What it costs is told to each caller.
    const topic = settings.destination ?? '';

    return {
      async send({ id, size, deliveryMode }, { onComplete }) {
        const options: IClientPublishOptions = {
          qos: 1,
          properties: { userProperties: { id } }, // The kit knows the message again by it.
        };
        const body = Buffer.alloc(size);
        if (onComplete) client.publish(topic, body, options, (error) => onComplete(error));
        else if (deliveryMode === 'non-persistent') client.publish(topic, body, options);
        else await client.publishAsync(topic, body, options);
      },
      close: () => client.endAsync(true),
    };
  },
});
