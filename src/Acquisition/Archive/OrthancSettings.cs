using System.Globalization;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Access;
using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Archive;

/// <summary>The embedded archive's configuration, generated: nobody speaks to it who is not named in <c>station.json</c>.</summary>
internal static class OrthancSettings
{
    internal const string User = "station";

    /// <param name="folder">The archive's folder: storage and worklists are below it.</param>
    /// <param name="certificate">Ours for DIMSE over TLS; null: plain.</param>
    internal static string Of(ArchiveConfiguration archive, string folder, int httpPort, int dicomPort, string password, StationCertificate? certificate)
    {
        string[] plugins = [OrthancProgram.DicomWebPlugin, .. new[] { OrthancProgram.GdcmPlugin, OrthancProgram.WorklistPlugin }.OfType<string>()];
        JsonObject settings = OrthancProgram.Common(Path.Combine(folder, "storage"), httpPort, User, password, plugins);
        settings["Name"] = archive.AeTitle;
        settings["DicomServerEnabled"] = true;
        settings["DicomAet"] = archive.AeTitle;
        settings["DicomPort"] = dicomPort;
        settings["DicomCheckCalledAet"] = true;
        // what Orthanc answers, and what it hands on of a worklist, keeps every letter
        settings["DefaultEncoding"] = "Utf8";
        // Orthanc 1.10 binds its ports to every address of the machine: what keeps others out is that each caller's title and address are looked at
        settings["DicomCheckModalityHost"] = true;
        settings["StrictAetComparison"] = true;
        foreach (string open in (string[])["DicomAlwaysAllowEcho", "DicomAlwaysAllowStore", "DicomAlwaysAllowFind", "DicomAlwaysAllowFindWorklist", "DicomAlwaysAllowGet", "DicomAlwaysAllowMove"])
        {
            settings[open] = false;
        }

        settings["DicomModalities"] = new JsonObject(archive.Peers.Select(p => KeyValuePair.Create(p.Name, (JsonNode?)Peer(p, archive.Tls))));
        settings["UnknownSopClassAccepted"] = false;
        settings["OverwriteInstances"] = false;
        settings["SaveJobs"] = false;
        settings["StableAge"] = (int)Math.Ceiling(archive.Stable.TotalSeconds);
        settings["DicomScuTimeout"] = 10;
        settings["DicomScpTimeout"] = 30;
        settings["Worklists"] = new JsonObject { ["Enable"] = true, ["Database"] = Path.Combine(folder, "worklists"), ["FilterIssuerAet"] = false, ["LimitAnswers"] = 200 };
        settings["DicomTlsEnabled"] = certificate is not null;
        if (certificate is not null)
        {
            settings["DicomTlsCertificate"] = certificate.CertificateFile;
            settings["DicomTlsPrivateKey"] = certificate.KeyFile;
            settings["DicomTlsTrustedCertificates"] = certificate.AuthorityFile;
            settings["DicomTlsRemoteCertificateRequired"] = true;
        }

        return settings.ToJsonString();
    }

    private static JsonObject Peer(DicomPeer peer, bool tls) => new()
    {
        ["AET"] = peer.AeTitle,
        ["Host"] = peer.Host == "localhost" ? "127.0.0.1" : peer.Host,
        // never called: a port is demanded all the same
        ["Port"] = peer.Port > 0 ? peer.Port : 104,
        ["AllowEcho"] = true,
        ["AllowStore"] = peer.Store,
        ["AllowFind"] = peer.Query,
        ["AllowFindWorklist"] = peer.Worklist,
        ["AllowGet"] = peer.Query,
        ["AllowMove"] = peer.Query,
        ["AllowStorageCommitment"] = peer.Store,
        ["UseDicomTls"] = tls,
    };
}
