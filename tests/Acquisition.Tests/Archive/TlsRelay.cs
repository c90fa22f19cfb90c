using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Vascular.Acquisition.Tests.Archive;

/// <summary>What a site puts before its archive: ends TLS and hands the bytes on. (Debian's Orthanc 1.10 dies of its own HTTPS.)</summary>
internal sealed class TlsRelay : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly X509Certificate2 certificate;
    private readonly int behind;
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;

    public TlsRelay(int port, int behind, X509Certificate2 certificate)
    {
        (listener, this.behind, this.certificate) = (new TcpListener(IPAddress.Loopback, port), behind, certificate);
        listener.Start();
        serving = ServeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await serving;
        certificate.Dispose();
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        List<Task> open = [];
        try
        {
            while (true)
            {
                open.Add(RelayAsync(await listener.AcceptTcpClientAsync(stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task RelayAsync(TcpClient caller)
    {
        using (caller)
        using (var archive = new TcpClient())
        using (var ends = CancellationTokenSource.CreateLinkedTokenSource(stop.Token))
        {
            try
            {
                await using var secret = new SslStream(caller.GetStream());
                await secret.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, ends.Token);
                await archive.ConnectAsync(IPAddress.Loopback, behind, ends.Token);
                Task there = secret.CopyToAsync(archive.GetStream(), ends.Token), back = archive.GetStream().CopyToAsync(secret, ends.Token);
                await Task.WhenAny(there, back);
                await ends.CancelAsync();
                await Task.WhenAll(there, back);
            }
            catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // the caller does not believe us, or one of them is gone
            }
        }
    }
}
