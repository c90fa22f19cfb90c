namespace Vascular.Acquisition.Station;

/// <summary>The archive in <c>station.json</c>: the station's own, or a site's by its address.</summary>
internal static partial class StationFile
{
    private const int LongestAeTitle = 16;
    private static readonly string[] OfEither = ["worklist_from", "worklist_station", "issuer", "give_back"];
    private static readonly string[] OfEmbedded = ["embedded", "ae_title", "http_port", "dicom_port", "network", "tls", "peers", "stable_s"];
    private static readonly string[] OfSites = ["url", "orthanc_url", "user", "password_file", "ca_file", "every_s"];

    /// <param name="others">Who else has a certificate of the station's authority, by name.</param>
    private static ArchiveConfiguration ReadArchive(ConfigurationNode archive, string[] others)
    {
        archive.Only([.. OfEmbedded, .. OfSites, .. OfEither]);
        ArchiveConfiguration read = archive.Find("url") is not null || archive.Find("embedded") is { } embedded && !embedded.Flag() ? ReadSitesArchive(archive) : ReadEmbeddedArchive(archive, others);
        return read with
        {
            WorklistFrom = archive.Find("worklist_from")?.Name(),
            WorklistStation = archive.Find("worklist_station") is { } station ? ReadAeTitle(station) : null,
            GiveBack = archive.Find("give_back")?.Flag() ?? false,
            Issuer = archive.Find("issuer")?.Text("what the modalities write as Issuer of Patient ID"),
        };
    }

    private static ArchiveConfiguration ReadEmbeddedArchive(ConfigurationNode archive, string[] others)
    {
        RefuseArchive(archive, OfSites, "only a site's archive is told that", "remove it or write \"url\" and no \"embedded\"");
        bool network = archive.Find("network")?.Flag() ?? false, tls = archive.Find("tls")?.Flag() ?? network;
        List<DicomPeer> peers = archive.Find("peers") is { } list ? [.. list.Items().Select(peer => ReadPeer(peer, network))] : [];
        if (peers.GroupBy(p => p.Name).FirstOrDefault(g => g.Count() > 1)?.Key is { } twice)
        {
            throw archive.Wrong($"peer \"{twice}\" is named twice", "give each peer a name of its own");
        }

        // a peer with a consumer's certificate could read results at the broker
        if (tls && peers.FirstOrDefault(p => p.Name is "ca" or "broker" || others.Contains(p.Name)) is { } taken)
        {
            throw archive.Wrong($"peer \"{taken.Name}\" would have the certificate of another", "give the peer a name that neither the gateway nor a consumer has, and neither \"ca\" nor \"broker\"");
        }

        if (archive.Find("worklist_from") is { } from && !peers.Any(p => p.Name == from.Name() && p.Port > 0))
        {
            throw from.Wrong($"\"{from.Name()}\" is no peer with a port", "write the name of a peer, and its port");
        }

        return new ArchiveConfiguration
        {
            AeTitle = archive.Find("ae_title") is { } title ? ReadAeTitle(title) : ArchiveConfiguration.DefaultAeTitle,
            HttpPort = archive.Find("http_port")?.Port() ?? ArchiveConfiguration.DefaultHttpPort,
            DicomPort = archive.Find("dicom_port")?.Port() ?? ArchiveConfiguration.DefaultDicomPort,
            Network = network,
            Tls = tls,
            Peers = peers,
            Stable = TimeSpan.FromSeconds(archive.Find("stable_s")?.Integer(1, 3600, " s") ?? 5),
        };
    }

    private static ArchiveConfiguration ReadSitesArchive(ConfigurationNode archive)
    {
        RefuseArchive(archive, OfEmbedded.Where(name => name != "embedded" || archive.Find(name) is { } said && said.Flag()), "only the embedded archive is told that", "remove it or remove \"url\"");
        bool login = archive.Find("user") is not null || archive.Find("password_file") is not null;
        Uri? orthanc = archive.Find("orthanc_url") is { } rest ? ReadRoot(rest) : null;
        if (orthanc is null && archive.Find("worklist_from") is { } from)
        {
            throw from.Wrong("a worklist is asked through an Orthanc", "write \"orthanc_url\" or remove worklist_from");
        }

        return new ArchiveConfiguration
        {
            Embedded = false,
            Url = ReadRoot(archive.Require("url", "\"https://pacs.example/dicom-web/\"")),
            OrthancUrl = orthanc,
            Login = login ? new ArchiveLogin(archive.Require("user", "\"bedside-box-01\"").Text("the user's name"), ReadFile(archive, "password_file", "the name of a file that holds the password")) : null,
            AuthorityFile = archive.Find("ca_file") is null ? null : ReadFile(archive, "ca_file", PemFile),
            Every = TimeSpan.FromSeconds(archive.Find("every_s")?.Integer(1, 3600, " s") ?? 10),
        };
    }

    private static void RefuseArchive(ConfigurationNode archive, IEnumerable<string> names, string why, string whatToDo)
    {
        foreach (string name in names)
        {
            if (archive.Find(name) is { } extra)
            {
                throw extra.Wrong(why, whatToDo);
            }
        }
    }

    private static DicomPeer ReadPeer(ConfigurationNode peer, bool network)
    {
        peer.Only("name", "ae_title", "host", "port", "store", "worklist", "query");
        var read = new DicomPeer(
            peer.Require("name", "\"cathlab\"").Name(),
            ReadAeTitle(peer.Require("ae_title", "\"CATHLAB\"")),
            peer.Find("host")?.Text("a host name or address") ?? "127.0.0.1",
            peer.Find("port")?.Port() ?? 0,
            peer.Find("store")?.Flag() ?? false,
            peer.Find("worklist")?.Flag() ?? false,
            peer.Find("query")?.Flag() ?? false);
        return read.IsHere || network ? read : throw peer.Wrong($"\"{read.Host}\" is another machine", "write \"network\": true in archive, or 127.0.0.1");
    }

    private static string ReadAeTitle(ConfigurationNode title)
    {
        string text = title.Text("an AE title");
        return text.Length <= LongestAeTitle && text == text.Trim() && text.All(c => c is > ' ' and <= '~' and not '\\' || c == ' ')
            ? text
            : throw title.Wrong($"\"{text}\" is no AE title", $"write at most {LongestAeTitle} letters, digits and signs, without \\");
    }

    /// <summary>A root ends in a slash, so that paths are below it.</summary>
    private static Uri ReadRoot(ConfigurationNode url)
    {
        string text = url.Text("an address");
        if (!Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out Uri? root) || root.Scheme is not ("http" or "https"))
        {
            throw url.Wrong($"\"{text}\" is no address of a server", "write https://HOST/PATH/, without a password in it");
        }

        return root.UserInfo.Length > 0 ? throw url.Wrong("an address with a password in it", "write https://HOST/PATH/ and the password into archive.password_file")
            : root.Scheme == "https" || root.IsLoopback ? root
            : throw url.Wrong("patients' pictures do not go over a plain line", "write an https address");
    }
}
