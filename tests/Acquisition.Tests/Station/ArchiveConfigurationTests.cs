using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>The archive in <c>station.json</c>: what each property may say, and that every refusal names its place and what to write. As every wrong section it stops the start.</summary>
public sealed class ArchiveConfigurationTests
{
    [Fact]
    public void Without_a_word_more_it_is_the_stations_own_on_this_machine()
    {
        Assert.Null(StationConfiguration.Parse("""{ "site": "a", "gateway": "b" }""", "station.json").Archive);
        ArchiveConfiguration read = Parse("{}");
        Assert.Equal(new ArchiveConfiguration(), read);
        Assert.Equal((true, "VASCULAR", 14942, 18942, false, false, 5), (read.Embedded, read.AeTitle, read.DicomPort, read.HttpPort, read.Network, read.Tls, read.Stable.TotalSeconds));
    }

    [Fact]
    public void All_of_the_embedded_one_is_read()
    {
        ArchiveConfiguration read = Parse("""
            { "embedded": true, "ae_title": "LAB 1", "http_port": 8042, "dicom_port": 104, "network": true, "stable_s": 60, "worklist_from": "ris", "worklist_station": "VASACQ", "issuer": "HOSPITAL", "give_back": true,
              "peers": [ { "name": "cathlab", "ae_title": "CATHLAB", "host": "192.0.2.20", "store": true, "query": true }, { "name": "ris", "ae_title": "RIS", "port": 105, "worklist": true } ] }
            """);
        Assert.Equal(
            new ArchiveConfiguration
            {
                AeTitle = "LAB 1", HttpPort = 8042, DicomPort = 104, Network = true, Tls = true, Stable = TimeSpan.FromMinutes(1), WorklistFrom = "ris", WorklistStation = "VASACQ", Issuer = "HOSPITAL", GiveBack = true,
                Peers = [new DicomPeer("cathlab", "CATHLAB", "192.0.2.20", 0, true, false, true), new DicomPeer("ris", "RIS", "127.0.0.1", 105, false, true, false)],
            },
            read);
    }

    [Fact]
    public void All_of_a_sites_is_read_with_its_files_beside_the_station_file()
    {
        ArchiveConfiguration read = Parse("""{ "url": "https://pacs.example/dicom-web", "orthanc_url": "https://pacs.example/", "user": "u", "password_file": "pacs.password", "ca_file": "/etc/site.pem", "every_s": 30, "worklist_from": "ris" }""");
        Assert.Equal(
            new ArchiveConfiguration
            {
                Embedded = false, Url = new Uri("https://pacs.example/dicom-web/"), OrthancUrl = new Uri("https://pacs.example/"), Login = new ArchiveLogin("u", "/etc/vascular/pacs.password"), AuthorityFile = "/etc/site.pem",
                Every = TimeSpan.FromSeconds(30), WorklistFrom = "ris",
            },
            read);
        Assert.Equal(Parse("""{ "url": "http://127.0.0.1:8042/dicom-web/" }"""), Parse("""{ "embedded": false, "url": "http://127.0.0.1:8042/dicom-web" }"""));
    }

    [Theory]
    [InlineData("[]", "a list where an object belongs, station.json at archive, write { … } with embedded, ae_title,")]
    [InlineData("""{ "aet": "X" }""", "unknown property \"aet\", station.json at archive, remove it or write one of embedded, ae_title, http_port, dicom_port, network, tls, peers, stable_s, url, orthanc_url, user, password_file, ca_file, every_s, worklist_from, worklist_station, issuer, give_back")]
    [InlineData("""{ "embedded": 1 }""", "1 is neither true nor false, station.json at archive.embedded")]
    [InlineData("""{ "embedded": false }""", "\"url\" is missing, station.json at archive, write \"url\": \"https://pacs.example/dicom-web/\"")]
    [InlineData("""{ "ae_title": "SEVENTEEN LETTERS" }""", "\"SEVENTEEN LETTERS\" is no AE title, station.json at archive.ae_title, write at most 16")]
    [InlineData("""{ "ae_title": " LAB" }""", "\" LAB\" is no AE title, station.json at archive.ae_title")]
    [InlineData("""{ "ae_title": "LAB\\1" }""", "\"LAB\\1\" is no AE title, station.json at archive.ae_title")]
    [InlineData("""{ "ae_title": "LABÉ" }""", "\"LABÉ\" is no AE title, station.json at archive.ae_title")]
    [InlineData("""{ "ae_title": "" }""", "\"\" is no text, station.json at archive.ae_title, write an AE title")]
    [InlineData("""{ "http_port": 0 }""", "0 is out of range, station.json at archive.http_port, write a whole number from 1 to 65535")]
    [InlineData("""{ "dicom_port": "104" }""", "\"104\" is out of range, station.json at archive.dicom_port")]
    [InlineData("""{ "network": "yes" }""", "\"yes\" is neither true nor false, station.json at archive.network")]
    [InlineData("""{ "tls": 0 }""", "0 is neither true nor false, station.json at archive.tls")]
    [InlineData("""{ "stable_s": 0 }""", "0 is out of range, station.json at archive.stable_s, write a whole number from 1 to 3600 s")]
    [InlineData("""{ "give_back": null }""", "null is neither true nor false, station.json at archive.give_back")]
    [InlineData("""{ "issuer": 7 }""", "7 is no text, station.json at archive.issuer, write what the modalities write as Issuer of Patient ID")]
    [InlineData("""{ "worklist_station": "SEVENTEEN LETTERS" }""", "\"SEVENTEEN LETTERS\" is no AE title, station.json at archive.worklist_station")]
    [InlineData("""{ "worklist_from": "ris" }""", "\"ris\" is no peer with a port, station.json at archive.worklist_from, write the name of a peer, and its port")]
    [InlineData("""{ "worklist_from": "ris", "peers": [ { "name": "ris", "ae_title": "RIS" } ] }""", "\"ris\" is no peer with a port, station.json at archive.worklist_from")]
    [InlineData("""{ "worklist_from": "RIS" }""", "\"RIS\" cannot stand in a topic, station.json at archive.worklist_from")]
    public void What_is_wrong_in_it_is_named(string archive, string message) => Assert.StartsWith(message, Refusal(archive), StringComparison.Ordinal);

    [Theory]
    [InlineData("7", "7 where a list belongs, station.json at archive.peers, write [ … ]")]
    [InlineData("[ 7 ]", "7 where an object belongs, station.json at archive.peers[0], write { … } with name, ae_title, host, port, store, worklist, query")]
    [InlineData("""[ { "name": "a", "ae_title": "A", "aet": "A" } ]""", "unknown property \"aet\", station.json at archive.peers[0]")]
    [InlineData("""[ { "ae_title": "A" } ]""", "\"name\" is missing, station.json at archive.peers[0], write \"name\": \"cathlab\"")]
    [InlineData("""[ { "name": "a" } ]""", "\"ae_title\" is missing, station.json at archive.peers[0], write \"ae_title\": \"CATHLAB\"")]
    [InlineData("""[ { "name": "A", "ae_title": "A" } ]""", "\"A\" cannot stand in a topic, station.json at archive.peers[0].name")]
    [InlineData("""[ { "name": "a", "ae_title": "A B C D E F G H I" } ]""", "\"A B C D E F G H I\" is no AE title, station.json at archive.peers[0].ae_title")]
    [InlineData("""[ { "name": "a", "ae_title": "A", "host": 7 } ]""", "7 is no text, station.json at archive.peers[0].host, write a host name or address")]
    [InlineData("""[ { "name": "a", "ae_title": "A", "host": "192.0.2.20" } ]""", "\"192.0.2.20\" is another machine, station.json at archive.peers[0], write \"network\": true in archive, or 127.0.0.1")]
    [InlineData("""[ { "name": "a", "ae_title": "A", "port": 70000 } ]""", "70000 is out of range, station.json at archive.peers[0].port")]
    [InlineData("""[ { "name": "a", "ae_title": "A", "store": 1 } ]""", "1 is neither true nor false, station.json at archive.peers[0].store")]
    [InlineData("""[ { "name": "a", "ae_title": "A", "worklist": 1 } ]""", "1 is neither true nor false, station.json at archive.peers[0].worklist")]
    [InlineData("""[ { "name": "a", "ae_title": "A", "query": 1 } ]""", "1 is neither true nor false, station.json at archive.peers[0].query")]
    [InlineData("""[ { "name": "a", "ae_title": "A" }, { "name": "a", "ae_title": "B" } ]""", "peer \"a\" is named twice, station.json at archive, give each peer a name of its own")]
    public void What_is_wrong_with_a_peer_is_named(string peers, string message) => Assert.StartsWith(message, Refusal($$"""{ "peers": {{peers}} }"""), StringComparison.Ordinal);

    [Theory]
    [InlineData("bedside-box-01")]
    [InlineData("ehr-bridge")]
    [InlineData("ca")]
    [InlineData("broker")]
    public void A_peer_takes_nobodys_certificate(string name)
    {
        Assert.StartsWith($"peer \"{name}\" would have the certificate of another, station.json at archive, give the peer a name", Refusal($$"""{ "tls": true, "peers": [ { "name": "{{name}}", "ae_title": "A" } ] }"""), StringComparison.Ordinal);
        Assert.Equal(name, Assert.Single(Parse($$"""{ "peers": [ { "name": "{{name}}", "ae_title": "A" } ] }""").Peers).Name);
    }

    [Theory]
    [InlineData("ae_title", "\"A\"")]
    [InlineData("http_port", "8042")]
    [InlineData("dicom_port", "104")]
    [InlineData("network", "true")]
    [InlineData("tls", "true")]
    [InlineData("peers", "[]")]
    [InlineData("stable_s", "5")]
    [InlineData("embedded", "true")]
    public void A_sites_archive_is_told_nothing_of_the_embedded_one(string name, string value) =>
        Assert.Equal($"only the embedded archive is told that, station.json at archive.{name}, remove it or remove \"url\"", Refusal($$"""{ "url": "https://pacs.example/", "{{name}}": {{value}} }"""));

    [Theory]
    [InlineData("orthanc_url", "\"https://pacs.example/\"")]
    [InlineData("user", "\"u\"")]
    [InlineData("password_file", "\"p\"")]
    [InlineData("ca_file", "\"c\"")]
    [InlineData("every_s", "10")]
    public void The_embedded_one_is_told_nothing_of_a_sites(string name, string value) =>
        Assert.Equal($"only a site's archive is told that, station.json at archive.{name}, remove it or write \"url\" and no \"embedded\"", Refusal($$"""{ "{{name}}": {{value}} }"""));

    [Theory]
    [InlineData("""{ "url": 7 }""", "7 is no text, station.json at archive.url, write an address")]
    [InlineData("""{ "url": "pacs.example" }""", "\"pacs.example\" is no address of a server, station.json at archive.url, write https://HOST/PATH/, without a password in it")]
    [InlineData("""{ "url": "ftp://pacs.example/" }""", "\"ftp://pacs.example/\" is no address of a server, station.json at archive.url")]
    [InlineData("""{ "url": "http://pacs.example/" }""", "patients' pictures do not go over a plain line, station.json at archive.url, write an https address")]
    [InlineData("""{ "url": "https://pacs.example/", "orthanc_url": "http://pacs.example/" }""", "patients' pictures do not go over a plain line, station.json at archive.orthanc_url")]
    [InlineData("""{ "url": "https://pacs.example/", "user": "u" }""", "\"password_file\" is missing, station.json at archive")]
    [InlineData("""{ "url": "https://pacs.example/", "password_file": "p" }""", "\"user\" is missing, station.json at archive, write \"user\": \"bedside-box-01\"")]
    [InlineData("""{ "url": "https://pacs.example/", "ca_file": 7 }""", "7 is no text, station.json at archive.ca_file, write the name of a PEM file")]
    [InlineData("""{ "url": "https://pacs.example/", "every_s": 0 }""", "0 is out of range, station.json at archive.every_s, write a whole number from 1 to 3600 s")]
    [InlineData("""{ "url": "https://pacs.example/", "worklist_from": "ris" }""", "a worklist is asked through an Orthanc, station.json at archive.worklist_from, write \"orthanc_url\" or remove worklist_from")]
    public void What_is_wrong_with_a_sites_is_named(string archive, string message) => Assert.StartsWith(message, Refusal(archive), StringComparison.Ordinal);

    [Fact]
    public void A_password_in_an_address_is_refused_and_not_repeated()
    {
        string refusal = Refusal("""{ "url": "https://u:secret@pacs.example/" }""");
        Assert.StartsWith("an address with a password in it, station.json at archive.url, write https://HOST/PATH/ and the password into archive.password_file", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal, StringComparison.Ordinal);
    }

    private static ArchiveConfiguration Parse(string archive) =>
        StationConfiguration.Parse($$"""{ "site": "lab-a", "gateway": "bedside-box-01", "consumers": [ "ehr-bridge" ], "archive": {{archive}} }""", "/etc/vascular/station.json").Archive!;

    private static string Refusal(string archive) => Assert.Throws<CommandFailure>(() => Parse(archive)).Message.Replace("/etc/vascular/", "", StringComparison.Ordinal);
}
