using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Vascular.Acquisition.Access;
using Vascular.Acquisition.Cli;

namespace Vascular.Acquisition.Tests.Access;

public sealed class StationAuthorityTests : IDisposable
{
    private readonly string folder = Path.Combine(Directory.CreateTempSubdirectory("authority-").FullName, "keys");
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);

    [Fact]
    public void The_first_start_makes_a_folder_only_the_owner_can_enter_and_keys_only_the_owner_can_read()
    {
        using StationAuthority authority = StationAuthority.Open(folder, time);
        authority.EnsureBroker();
        authority.EnsureClient("ehr-bridge");
        Assert.Equal(["broker.crt", "broker.key", "ca.crt", "ca.key", "ehr-bridge.crt", "ehr-bridge.key"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
            foreach (string key in Directory.GetFiles(folder, "*.key"))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
            }
        }
    }

    [Fact]
    public void The_broker_is_named_for_loopback_and_a_client_is_only_a_client()
    {
        using StationAuthority authority = StationAuthority.Open(folder, time);
        using X509Certificate2 root = authority.EnsureBroker().LoadAuthority();
        using X509Certificate2 broker = authority.EnsureBroker().Load();
        using X509Certificate2 client = authority.EnsureClient("bedside-box-01").Load();
        Assert.True(broker.MatchesHostname("localhost"));
        Assert.True(broker.MatchesHostname("127.0.0.1"));
        Assert.False(broker.MatchesHostname("example.org"));
        Assert.Equal("bedside-box-01", CertificatePolicy.NameOf(client));
        Assert.True(CertificatePolicy.Accepts(broker, root, CertificatePolicy.ServerPurpose, time.GetUtcNow()));
        Assert.True(CertificatePolicy.Accepts(client, root, CertificatePolicy.ClientPurpose, time.GetUtcNow()));
        Assert.False(CertificatePolicy.Accepts(client, root, CertificatePolicy.ServerPurpose, time.GetUtcNow()));
    }

    [Fact]
    public void Serial_numbers_are_random_and_long()
    {
        using StationAuthority authority = StationAuthority.Open(folder, time);
        string[] serials = [.. Enumerable.Range(0, 20).Select(i => authority.EnsureClient($"client-{i}").Load()).Select(c => { using (c) { return c.SerialNumber; } })];
        Assert.Equal(20, serials.Distinct().Count());
        Assert.All(serials, s => Assert.Equal(32, s.Length));
    }

    [Fact]
    public void A_second_start_keeps_every_certificate()
    {
        string first;
        using (StationAuthority authority = StationAuthority.Open(folder, time))
        {
            first = File.ReadAllText(authority.EnsureClient("ehr-bridge").CertificateFile) + File.ReadAllText(authority.AuthorityFile);
        }

        using StationAuthority again = StationAuthority.Open(folder, time);
        Assert.Equal(first, File.ReadAllText(again.EnsureClient("ehr-bridge").CertificateFile) + File.ReadAllText(again.AuthorityFile));
    }

    [Theory]
    [InlineData(699, false)]
    [InlineData(701, true)]
    [InlineData(800, true)]
    public void A_certificate_is_issued_again_within_thirty_days_of_its_end(int days, bool issuedAgain)
    {
        using StationAuthority authority = StationAuthority.Open(folder, time);
        string before = File.ReadAllText(authority.EnsureClient("ehr-bridge").CertificateFile);
        time.Advance(TimeSpan.FromDays(days));
        Assert.Equal(issuedAgain, before != File.ReadAllText(authority.EnsureClient("ehr-bridge").CertificateFile));
    }

    [Fact]
    public void A_renewed_authority_keeps_its_key_so_that_certificates_issued_before_still_hold()
    {
        StationCertificate late;
        time.Advance(TimeSpan.FromDays(1));
        using (StationAuthority first = StationAuthority.Open(folder, time))
        {
            time.Advance(TimeSpan.FromDays(3600));
            late = first.EnsureClient("ehr-bridge");
        }

        time.Advance(TimeSpan.FromDays(25));
        using StationAuthority renewed = StationAuthority.Open(folder, time);
        using X509Certificate2 root = late.LoadAuthority();
        using X509Certificate2 held = late.Load();
        Assert.True(root.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime.AddDays(3000));
        Assert.True(CertificatePolicy.Accepts(held, root, CertificatePolicy.ClientPurpose, time.GetUtcNow()));
    }

    [Fact]
    public void A_certificate_of_another_authority_or_another_key_is_replaced()
    {
        string elsewhere = Path.Combine(Path.GetDirectoryName(folder)!, "elsewhere");
        using StationAuthority foreign = StationAuthority.Open(elsewhere, time);
        using StationAuthority authority = StationAuthority.Open(folder, time);
        StationCertificate mine = authority.EnsureClient("ehr-bridge");
        StationCertificate other = foreign.EnsureClient("ehr-bridge");
        File.Copy(other.CertificateFile, mine.CertificateFile, overwrite: true);
        File.Copy(other.KeyFile, mine.KeyFile, overwrite: true);
        using X509Certificate2 root = mine.LoadAuthority();
        using (X509Certificate2 replaced = authority.EnsureClient("ehr-bridge").Load())
        {
            Assert.True(CertificatePolicy.Accepts(replaced, root, CertificatePolicy.ClientPurpose, time.GetUtcNow()));
        }

        File.Copy(other.KeyFile, mine.KeyFile, overwrite: true);
        using X509Certificate2 paired = authority.EnsureClient("ehr-bridge").Load();
        Assert.True(paired.HasPrivateKey);
    }

    [Fact]
    public void A_lost_authority_key_stops_the_start_instead_of_making_a_new_authority_silently()
    {
        StationAuthority.Open(folder, time).Dispose();
        File.Delete(Path.Combine(folder, "ca.key"));
        CommandFailure failure = Assert.Throws<CommandFailure>(() => StationAuthority.Open(folder, time));
        Assert.Contains("ca.key", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ca")]
    [InlineData("broker")]
    [InlineData("Ehr")]
    [InlineData("a/b")]
    [InlineData("../x")]
    [InlineData("a.b")]
    public void A_name_that_is_no_topic_level_gets_no_certificate(string name)
    {
        using StationAuthority authority = StationAuthority.Open(folder, time);
        Assert.Throws<CommandFailure>(() => authority.EnsureClient(name));
    }
}
