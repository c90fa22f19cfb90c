using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vascular.Devices.Angiography;

/// <summary>One scheduled procedure step of a modality worklist (PS3.4 annex K), as the department's system says it.</summary>
/// <param name="Study">Study Instance UID of the order: what is made for it carries this one, never another.</param>
/// <param name="Sex">M, F or O.</param>
/// <param name="Date">Scheduled start, YYYYMMDD.</param>
/// <param name="Time">HHMM and more.</param>
public sealed record WorklistItem(
    string PatientId, string? PatientIssuer, string? PatientName, string? Sex, string? Accession, string? Study, string? Procedure, string? ProcedureDescription,
    string? Step, string? StepDescription, string? Modality, string? Date, string? Time)
{
    private static readonly char[] Between = [' ', ',', ';', '.', '/', '-', '_', '(', ')', ':', '^'];

    /// <summary>The name for a person to read: the alphabetic group of it, "family, given middle" (PS3.5 6.2.1); empty where there is none.</summary>
    public string ShownName => (PatientName ?? "").Split('=')[0].Split('^') is [var family, .. var others]
        ? string.Join(", ", new[] { family, string.Join(' ', others.Take(2).Where(p => p.Trim().Length > 0)) }.Where(p => p.Trim().Length > 0).Select(p => p.Trim()))
        : "";

    /// <summary>The side the descriptions name in words, R or L; null where they name none or both. A worklist has no field for it.</summary>
    public string? Side
    {
        get
        {
            string[] words = $"{StepDescription} {ProcedureDescription}".Split(Between, StringSplitOptions.RemoveEmptyEntries);
            bool both = Says(words, "bilateral") || Says(words, "both");
            (bool right, bool left) = (Says(words, "right") || Says(words, "rt"), Says(words, "left") || Says(words, "lt"));
            return both || right == left ? null : right ? "R" : "L";
        }
    }

    /// <summary>The keys to ask for (all of interop's list), with what narrows the question.</summary>
    /// <param name="station">Scheduled Station AE Title; null: any.</param>
    /// <param name="day">YYYYMMDD; null: any.</param>
    public static JsonObject Keys(string? station, string? day) => new()
    {
        ["ScheduledProcedureStepSequence"] = new JsonArray(new JsonObject
        {
            ["ScheduledStationAETitle"] = station ?? "", ["ScheduledProcedureStepStartDate"] = day ?? "", ["ScheduledProcedureStepStartTime"] = "", [nameof(Modality)] = "",
            ["ScheduledProcedureStepID"] = "", ["ScheduledProcedureStepDescription"] = "",
        }),
        ["PatientID"] = "", [nameof(PatientName)] = "", ["PatientBirthDate"] = "", ["PatientSex"] = "", ["IssuerOfPatientID"] = "",
        ["AccessionNumber"] = "", ["StudyInstanceUID"] = "", ["RequestedProcedureID"] = "", ["RequestedProcedureDescription"] = "",
    };

    /// <summary>An answer with names of attributes as keys; null where it names no patient.</summary>
    public static WorklistItem? Read(JsonElement answer)
    {
        JsonElement step = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("ScheduledProcedureStepSequence", out JsonElement steps)
            && steps.ValueKind == JsonValueKind.Array && steps.GetArrayLength() > 0 ? steps[0] : default;
        return Text(answer, "PatientID") is not { } patient
            ? null
            : new WorklistItem(
                patient, Text(answer, "IssuerOfPatientID"), Text(answer, nameof(PatientName)), Text(answer, "PatientSex"), Text(answer, "AccessionNumber"), Text(answer, "StudyInstanceUID"),
                Text(answer, "RequestedProcedureID"), Text(answer, "RequestedProcedureDescription"), Text(step, "ScheduledProcedureStepID"), Text(step, "ScheduledProcedureStepDescription"),
                Text(step, nameof(Modality)), Text(step, "ScheduledProcedureStepStartDate"), Text(step, "ScheduledProcedureStepStartTime"));
    }

    private static bool Says(string[] words, string word) => words.Contains(word, StringComparer.OrdinalIgnoreCase);

    private static string? Text(JsonElement data, string name) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { } text && text.Trim().Length > 0
            ? text.Trim()
            : null;
}
