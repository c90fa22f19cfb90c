using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;

namespace Vascular.Acquisition.Examinations;

/// <summary>Payload of the settings record: the settings and the SHA-256 of their canonical JSON, by which findings name them.</summary>
public static class SettingsRecord
{
    public static byte[] Write(ExaminationSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        JsonObject json = settings.ToJson();
        string sha256 = CanonicalJson.Sha256(CanonicalJson.Write(json));
        return CanonicalJson.Write(new JsonObject { ["settings"] = json, ["sha256"] = sha256 });
    }

    /// <exception cref="FormatException">The payload is not whole, or the hash is not that of the settings beside it.</exception>
    public static (ExaminationSettings Settings, string Sha256) Read(ReadOnlyMemory<byte> payload)
    {
        if (CanonicalJson.Read(payload.Span) is not JsonObject json || json["settings"] is not JsonObject settings || (string?)json["sha256"] is not { } stated)
        {
            throw new FormatException("A settings record holds 'settings' and 'sha256'.");
        }

        string sha256 = CanonicalJson.Sha256(CanonicalJson.Write(settings));
        return sha256 == stated
            ? (ExaminationSettings.FromJson(settings), sha256)
            : throw new FormatException($"The settings have SHA-256 {sha256}, the record says {stated}.");
    }
}
