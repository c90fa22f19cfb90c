using System.Buffers;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Channel;

namespace Vascular.Acquisition.Publishing.Mqtt;

/// <summary>A client's connection that ends when a packet announces more than its limit: before one byte of its body is read into memory.</summary>
/// <remarks>The broker library allocates what the fixed header announces (up to 256 MiB) and knows no limit.
/// Layout: one type byte, then 1 to 4 length bytes of 7 bits, lowest first. Source: MQTT 5.0, 2.1.</remarks>
/// <param name="limit">Largest whole packet, bytes.</param>
/// <param name="tooLarge">Called once, before the connection ends.</param>
internal sealed class BoundedChannel(IMqttChannel inner, int limit, Action tooLarge) : IMqttChannel
{
    private long body;
    private int length;
    private int shift;
    private bool inLength;

    public X509Certificate2 ClientCertificate => inner.ClientCertificate;

    public EndPoint RemoteEndPoint => inner.RemoteEndPoint;

    public EndPoint LocalEndPoint => inner.LocalEndPoint;

    public bool IsSecureConnection => inner.IsSecureConnection;

    public Task ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    public Task DisconnectAsync(CancellationToken cancellationToken) => inner.DisconnectAsync(cancellationToken);

    public async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        int read = await inner.ReadAsync(buffer, offset, count, cancellationToken);
        if (!Follow(buffer.AsSpan(offset, read)))
        {
            tooLarge();
            return 0;   // the library takes 0 for a closed connection and closes it
        }

        return read;
    }

    public Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, isEndOfPacket, cancellationToken);

    public void Dispose() => inner.Dispose();

    /// <summary>Keeps its place in the stream of packets; false when a header announces too much.</summary>
    private bool Follow(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (body > 0)
            {
                int taken = (int)Math.Min(body, bytes.Length);
                body -= taken;
                bytes = bytes[taken..];
                continue;
            }

            byte next = bytes[0];
            bytes = bytes[1..];
            if (!inLength)
            {
                (inLength, shift, length) = (true, 0, 0);
                continue;
            }

            length |= (next & 0x7F) << shift;
            shift += 7;
            if ((next & 0x80) == 0)
            {
                (body, inLength) = (length, false);
                if (length > limit)
                {
                    return false;
                }
            }
            else if (shift > 21)
            {
                return false;   // a fifth length byte is no MQTT
            }
        }

        return true;
    }
}
