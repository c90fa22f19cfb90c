using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Implementations;
using MQTTnet.Server;
using Vascular.Acquisition.Access;

namespace Vascular.Acquisition.Publishing.Mqtt;

/// <summary>The broker's door: one TLS socket that lets in certificates of the station's authority only.</summary>
/// <remarks>Stands in for the library's own listener, which waits for a handshake without a deadline, counts no connections
/// and bounds no packet.</remarks>
internal sealed class TlsListener(BrokerOptions options, TimeProvider time, BrokerCounters counters) : IMqttServerAdapter, IAsyncDisposable
{
    private static readonly TimeSpan HandshakeDeadline = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource closing = new();
    private readonly X509Certificate2 certificate = options.Certificate.Load();
    private readonly X509Certificate2 authority = options.Certificate.LoadAuthority();
    private Socket? door;
    private readonly ConcurrentDictionary<Task, byte> serving = new();   // bounded by options.Connections
    private Task accepting = Task.CompletedTask;
    private int open;
    private int disposed;

    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    /// <summary>Port in use; 0 before the start.</summary>
    public int Port { get; private set; }

    public Task StartAsync(MqttServerOptions server, IMqttNetLogger logger)
    {
        door = Bind();
        Port = ((IPEndPoint)door.LocalEndPoint!).Port;
        accepting = AcceptAsync(door, server, logger, closing.Token);
        return Task.CompletedTask;
    }

    public async Task StopAsync()
    {
        await closing.CancelAsync();
        door?.Dispose();
        await accepting;
        try
        {
            await Task.WhenAll(serving.Keys).WaitAsync(HandshakeDeadline, time);
        }
        catch (TimeoutException)
        {
            // a connection that will not end does not hold up the stop
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1)
        {
            return;
        }

        await StopAsync();
        closing.Dispose();
        certificate.Dispose();
        authority.Dispose();
    }

    public void Dispose()
    {
        // the broker disposes asynchronously; the library calls this one too
    }

    private Socket Bind()
    {
        const int Neighbours = 100;
        for (int step = 0; ; step++)
        {
            int port = options.Port == 0 ? 0 : options.Port + step;
            Socket socket = new(options.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(options.Address, port));
                socket.Listen(options.Connections);
                return socket;
            }
            catch (SocketException busy) when (busy.SocketErrorCode == SocketError.AddressAlreadyInUse && options.Port != 0 && step < Neighbours && port < IPEndPoint.MaxPort)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    private async Task AcceptAsync(Socket listening, MqttServerOptions server, IMqttNetLogger logger, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await listening.AcceptAsync(cancel);
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // a client that left the queue again is no fault of the door
                await Task.Delay(TimeSpan.FromMilliseconds(50), time, CancellationToken.None);
                continue;
            }

            if (Interlocked.Increment(ref open) > options.Connections)
            {
                Interlocked.Decrement(ref open);
                counters.RefuseConnection();
                client.Dispose();
                continue;
            }

            Task served = ServeAsync(client, server, logger, cancel);
            serving.TryAdd(served, 0);
            _ = served.ContinueWith(done => serving.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(Socket client, MqttServerOptions server, IMqttNetLogger logger, CancellationToken cancel)
    {
        try
        {
            client.NoDelay = true;
            EndPoint? here = client.LocalEndPoint;
            EndPoint? there = client.RemoteEndPoint;
            await using SslStream tls = new(new NetworkStream(client, ownsSocket: true));
            using (CancellationTokenSource deadline = new(HandshakeDeadline, time))
            using (CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel))
            {
                await tls.AuthenticateAsServerAsync(Rules(), either.Token);
            }

            if (tls.RemoteCertificate is not X509Certificate2 shown)
            {
                counters.RefuseConnection();
                return;
            }

            using X509Certificate2 certificateOfClient = shown;
            using BoundedChannel channel = new(new MqttTcpChannel(tls, here, there, certificateOfClient), options.LargestPacket, counters.RefusePacket);
            MqttPacketFormatterAdapter format = new(new MqttBufferWriter(server.WriterBufferSize, server.WriterBufferSizeMax));
            using MqttChannelAdapter adapter = new(channel, format, logger) { AllowPacketFragmentation = true };
            if (ClientHandler is { } serve)
            {
                await serve(adapter);
            }
        }
        catch (Exception failure) when (failure is AuthenticationException or OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            counters.RefuseConnection();
        }
        finally
        {
            client.Dispose();
            Interlocked.Decrement(ref open);
        }
    }

    private SslServerAuthenticationOptions Rules()
    {
        SslServerAuthenticationOptions rules = new()
        {
            ServerCertificate = certificate,
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = CertificatePolicy.Chain(authority, CertificatePolicy.ClientPurpose, time.GetUtcNow()),
            RemoteCertificateValidationCallback = (_, shown, _, faults) => shown is not null && faults == SslPolicyErrors.None,
            AllowRenegotiation = false,
        };
        if (OperatingSystem.IsLinux())
        {
            rules.CipherSuitesPolicy = new CipherSuitesPolicy(
            [
                TlsCipherSuite.TLS_AES_256_GCM_SHA384,
                TlsCipherSuite.TLS_AES_128_GCM_SHA256,
                TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
                TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
            ]);
        }

        return rules;
    }
}
