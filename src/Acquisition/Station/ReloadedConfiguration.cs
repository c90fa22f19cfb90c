using System.Text;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Station;

/// <summary>A station file that was read again and is another.</summary>
/// <param name="File">Path.</param>
/// <param name="Asked">It was read because somebody asked (<c>SIGHUP</c>), and not because it had changed.</param>
/// <param name="Before">Text of the file in force.</param>
/// <param name="Text">Text of the file as it was read.</param>
/// <param name="Written">What it says.</param>
/// <param name="Change">What that means, and when.</param>
public sealed record ReloadedConfiguration(string File, bool Asked, string Before, string Text, StationConfiguration Written, ConfigurationChange Change)
{
    /// <summary>The file, as a user of the audit trail: who wrote it, or sent the signal, the station cannot know.</summary>
    public const string User = "station file";

    /// <summary>For the audit trail: how it came to be read, what stands otherwise, and when each takes force.</summary>
    public StationAuditEntry ToAudit(long atUtcNs)
    {
        JsonObject detail = Change.ToJson();
        detail.Remove("event");
        detail["asked_by"] = Asked ? "SIGHUP" : "file change";
        detail["file"] = Path.GetFullPath(File);
        detail["sha256"] = CanonicalJson.Sha256(Encoding.UTF8.GetBytes(Text));
        detail["changed"] = new JsonArray([.. ChangedValue.Between(Before, Text).Select(value => (JsonNode)value.ToJson())]);
        return new StationAuditEntry { AtUtcNs = atUtcNs, User = User, Action = "reload", Detail = Encoding.UTF8.GetString(CanonicalJson.Write(detail)) };
    }
}
