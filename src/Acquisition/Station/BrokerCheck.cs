using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vascular.Acquisition.Access;

namespace Vascular.Acquisition.Station;

/// <summary>Whether the broker answers, is the one the site's authority speaks for, and how long the certificates hold.</summary>
internal static class BrokerCheck
{
    /// <summary>A certificate that ends within this time is worth a word.</summary>
    internal static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    /// <param name="serves">A station runs here: its own broker should answer.</param>
    internal static async Task<IReadOnlyList<Complaint>> OfAsync(BrokerConfiguration broker, string gateway, string keys, bool serves, TimeProvider time, CancellationToken cancel)
    {
        if (broker.Embedded)
        {
            List<Complaint> own = [.. ((string[])["ca", "broker", gateway]).SelectMany(name => Ends(Path.Combine(keys, $"{name}.crt"), optional: true, "start the station again: it makes a new one", time))];
            return serves && own.Count == 0 && File.Exists(Path.Combine(keys, "ca.crt")) ? await AnswersAsync("localhost", broker.Port, Path.Combine(keys, "ca.crt"), time, cancel) : own;
        }

        string ask = "ask whoever made it for a new one";
        List<Complaint> found = [.. Ends(broker.AuthorityFile!, optional: false, ask, time)];
        if (broker.Certificate is { } files)
        {
            found.AddRange(Ends(files.CertificateFile, optional: false, ask, time));
            found.AddRange(Secret(files.KeyFile));
        }

        found.AddRange(broker.Login is { } login ? Secret(login.PasswordFile) : []);
        return File.Exists(broker.AuthorityFile) ? [.. found, .. await AnswersAsync(broker.Host, broker.Port, broker.AuthorityFile!, time, cancel)] : found;
    }

    private static IEnumerable<Complaint> Ends(string file, bool optional, string mend, TimeProvider time)
    {
        if (!File.Exists(file))
        {
            return optional ? [] : [new Complaint("broker", "a certificate is missing", file, "put it there or correct broker in station.json")];
        }

        try
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(file);
            return [.. Ends(certificate, file, mend, time)];
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return [new Complaint("broker", "a certificate cannot be read", file, "write it as PEM and make it readable for this user")];
        }
    }

    private static IEnumerable<Complaint> Ends(X509Certificate2 certificate, string where, string mend, TimeProvider time)
    {
        DateTimeOffset end = certificate.NotAfter;
        if (end - time.GetUtcNow() < Soon)
        {
            string day = end.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            yield return new Complaint("broker", end < time.GetUtcNow() ? $"a certificate ended on {day}" : $"a certificate ends on {day}", where, mend);
        }
    }

    private static IEnumerable<Complaint> Secret(string file)
    {
        if (!File.Exists(file))
        {
            yield return new Complaint("broker", "a private key or password is missing", file, "put it there or correct broker in station.json");
        }
        else if ((File.GetUnixFileMode(file) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
        {
            yield return new Complaint("broker", "others may read a private key or password", file, $"run chmod o-rw {file}");
        }
    }

    /// <summary>One handshake, and no message: what the broker then says to our own certificate, the station tells when it connects.</summary>
    private static async Task<IReadOnlyList<Complaint>> AnswersAsync(string host, int port, string authorityFile, TimeProvider time, CancellationToken cancel)
    {
        string where = string.Create(CultureInfo.InvariantCulture, $"mqtts://{host}:{port}");
        using var deadline = new CancellationTokenSource(AnswerLimit, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        X509Certificate2? shown = null;
        bool believed = false;
        try
        {
            using X509Certificate2 authority = X509CertificateLoader.LoadCertificateFromFile(authorityFile);
            using var line = new TcpClient();
            await line.ConnectAsync(host, port, ending.Token);
            await using var tls = new SslStream(line.GetStream());
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    RemoteCertificateValidationCallback = (_, certificate, _, faults) =>
                    {
                        shown = certificate is null ? null : X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
                        return believed = shown is not null && !faults.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && CertificatePolicy.Accepts(shown, authority, CertificatePolicy.ServerPurpose, time.GetUtcNow());
                    },
                },
                ending.Token);
            return [.. Ends(shown!, where, "tell whoever runs the broker", time)];
        }
        catch (AuthenticationException) when (!believed)
        {
            return [.. shown is null ? [] : Ends(shown, where, "tell whoever runs the broker", time), new Complaint("broker", "the broker is not believed: its certificate is not of that authority, not for that name, or not in its time", where, "look at who answers there, and at broker.ca_file and broker.host")];
        }
        catch (Exception failure) when (failure is SocketException or IOException or AuthenticationException or CryptographicException || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            // a broker that asks for a client certificate hangs up behind the handshake: then its own was shown and believed
            return believed
                ? [.. Ends(shown!, where, "tell whoever runs the broker", time)]
                : [new Complaint("broker", "the broker does not answer", where, $"see that it runs and that nothing between keeps port {port.ToString(CultureInfo.InvariantCulture)} shut; results are kept meanwhile")];
        }
        finally
        {
            shown?.Dispose();
        }
    }
}
