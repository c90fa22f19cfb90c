using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Vascular.Acquisition.Access;

namespace Vascular.Acquisition.Tests.Publishing.Mqtt;

/// <summary>A broker over TLS that answers each CONNECT with bytes written by hand from the standards, and after a welcome takes every SUBSCRIBE and PUBLISH.</summary>
/// <remarks>Sources: MQTT 3.1.1, 3.2 and 3.9; MQTT 5.0, 3.2 and 3.9.</remarks>
public sealed class BytewiseBroker : IAsyncDisposable
{
    /// <summary>CONNACK of 3.1.1: accepted.</summary>
    public static readonly byte[] Welcome311 = [0x20, 2, 0, 0];

    /// <summary>CONNACK of 3.1.1: unacceptable protocol version.</summary>
    public static readonly byte[] Unacceptable311 = [0x20, 2, 0, 1];

    /// <summary>CONNACK of 5: accepted, no properties.</summary>
    public static readonly byte[] Welcome5 = [0x20, 3, 0, 0, 0];

    /// <summary>CONNACK of 5: unsupported protocol version.</summary>
    public static readonly byte[] Unsupported5 = [0x20, 3, 0, 132, 0];

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 certificate;
    private readonly Func<byte, int, byte[]> answer;
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    /// <param name="answer">For the version a CONNECT names (4 is 3.1.1) and its number from 1: the CONNACK; empty closes without a word.</param>
    public BytewiseBroker(StationCertificate certificate, Func<byte, int, byte[]> answer)
    {
        (this.certificate, this.answer) = (certificate.Load(), answer);
        listener.Start();
        running = RunAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The version of each CONNECT, in order.</summary>
    public List<byte> Asked { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        certificate.Dispose();
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            using TcpClient client = await listener.AcceptTcpClientAsync(stop.Token);
            try
            {
                await ServeAsync(client);
            }
            catch (IOException)
            {
                // it hung up
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        await using SslStream line = new(client.GetStream());
        await line.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop.Token);
        while (await ReadAsync(line) is { } packet)
        {
            byte[] said = (packet[0] >> 4) switch
            {
                1 => Connect(packet),
                3 => Publish(packet),
                8 => Subscribe(packet),
                _ => [],
            };
            await line.WriteAsync(said, stop.Token);
            if (said.Length == 0 || said is [0x20, 2, 0, not 0] or [0x20, 3, 0, not 0, 0])
            {
                return;
            }
        }
    }

    private byte[] Connect(byte[] packet)
    {
        byte version = packet[BodyOf(packet) + 6]; // behind the length and the four letters of "MQTT"
        Asked.Add(version);
        return answer(version, Asked.Count);
    }

    private static byte[] Publish(byte[] packet)
    {
        int body = BodyOf(packet);
        int id = body + 2 + (packet[body] << 8) + packet[body + 1];
        return [0x40, 2, packet[id], packet[id + 1]];
    }

    /// <summary>Two filters are subscribed, each granted QoS 1; version 5 has an empty list of properties before the grants.</summary>
    private byte[] Subscribe(byte[] packet)
    {
        int id = BodyOf(packet);
        return Asked[^1] == 5 ? [0x90, 5, packet[id], packet[id + 1], 0, 1, 1] : [0x90, 4, packet[id], packet[id + 1], 1, 1];
    }

    private async Task<byte[]?> ReadAsync(SslStream line)
    {
        List<byte> packet = [];
        byte[] one = new byte[1];
        do
        {
            if (await line.ReadAsync(one, stop.Token) == 0)
            {
                return null;
            }

            packet.Add(one[0]);
        }
        while (packet.Count == 1 || packet[^1] >= 128);
        int length = packet.Skip(1).Select((digit, place) => (digit & 127) << (7 * place)).Sum();
        byte[] body = new byte[length];
        await line.ReadExactlyAsync(body, stop.Token);
        return [.. packet, .. body];
    }

    private static int BodyOf(byte[] packet)
    {
        int at = 1;
        while (packet[at] >= 128)
        {
            at++;
        }

        return at + 1;
    }
}
