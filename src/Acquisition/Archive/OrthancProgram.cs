using System.Text.Json.Nodes;
using Vascular.Acquisition.Cli;

namespace Vascular.Acquisition.Archive;

/// <summary>Orthanc as it is installed on this machine, and what each configuration of it has in common.</summary>
internal static class OrthancProgram
{
    private static readonly string[] PluginFolders = ["/usr/share/orthanc/plugins", "/usr/lib/orthanc"];
    private static readonly string[] Programs = ["/usr/sbin/Orthanc", "/usr/bin/Orthanc", "/usr/local/sbin/Orthanc", "/usr/local/bin/Orthanc"];

    /// <summary>What of Orthanc is not on this machine, in words; null: everything is.</summary>
    internal static string? Missing() =>
        !Programs.Any(File.Exists) ? "Orthanc is not installed" : Plugin("libOrthancDicomWeb.so") is null ? "Orthanc has no DICOMweb plugin" : Plugin("libOrthancGdcm.so") is null ? "Orthanc has no GDCM plugin" : null;

    /// <exception cref="CommandFailure">It is not installed.</exception>
    internal static string Path => Programs.FirstOrDefault(File.Exists)
        ?? throw new CommandFailure("Orthanc is not installed", "on this machine", "install the packages orthanc, orthanc-dicomweb and orthanc-gdcm");

    /// <exception cref="CommandFailure">It is not installed.</exception>
    internal static string DicomWebPlugin => Plugin("libOrthancDicomWeb.so")
        ?? throw new CommandFailure("Orthanc has no DICOMweb plugin", string.Join(" or ", PluginFolders), "install the package orthanc-dicomweb");

    /// <summary>Null: JPEG 2000 cannot be decoded.</summary>
    internal static string? GdcmPlugin => Plugin("libOrthancGdcm.so");

    /// <summary>Null: it serves no worklist.</summary>
    internal static string? WorklistPlugin => Plugin("libModalityWorklists.so");

    /// <summary>One user, decoders in the order that does not crash, DICOMweb; nothing of a remote machine.</summary>
    internal static JsonObject Common(string storage, int httpPort, string user, string password, IEnumerable<string> plugins) => new()
    {
        ["StorageDirectory"] = storage,
        ["IndexDirectory"] = storage,
        ["RemoteAccessAllowed"] = false,
        ["AuthenticationEnabled"] = true,
        ["RegisteredUsers"] = new JsonObject { [user] = password },
        ["HttpPort"] = httpPort,
        ["Plugins"] = new JsonArray([.. plugins.Select(p => (JsonNode)p)]),
        // Debian's GDCM overruns the small stack of Orthanc's HTTP threads when it decodes JPEG: DCMTK decodes what it can, GDCM only JPEG 2000
        ["BuiltinDecoderTranscoderOrder"] = "Before",
        ["Gdcm"] = new JsonObject { ["Enable"] = true, ["RestrictTransferSyntaxes"] = new JsonArray("1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91") },
        ["DicomWeb"] = new JsonObject { ["Enable"] = true, ["Root"] = "/dicom-web/", ["EnableWado"] = false, ["Ssl"] = false },
    };

    private static string? Plugin(string name) => PluginFolders.Select(folder => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
