using System.Globalization;
using System.Text.Json;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Archive;

/// <summary>What the worklist answered.</summary>
/// <param name="Trouble">Why it did not answer, in words; orders are typed then. Null when it did.</param>
/// <param name="LeftOut">Steps beyond those that are shown: the latest of the day.</param>
public sealed record WorklistAnswer(IReadOnlyList<WorklistItem> Items, string? Trouble, int LeftOut = 0);

/// <summary>The department's worklist, asked over DIMSE through the archive's Orthanc; it fills an examination's patient and order.</summary>
/// <param name="from">Orthanc's name of who answers.</param>
/// <param name="station">Scheduled Station AE Title asked for; null: any.</param>
public sealed class Worklist(OrthancRest orthanc, string from, string? station, PatientNaming naming)
{
    private const int MostItems = 200;

    /// <summary>The steps scheduled for a day, in order of time. A worklist that is away is an answer, not a failure.</summary>
    /// <param name="day">Null: of any day.</param>
    public async Task<WorklistAnswer> AskAsync(DateOnly? day, CancellationToken cancel)
    {
        try
        {
            using JsonDocument answers = await orthanc.FindWorklistAsync(from, WorklistItem.Keys(station, day?.ToString("yyyyMMdd", CultureInfo.InvariantCulture)), cancel);
            if (answers.RootElement.ValueKind != JsonValueKind.Array)
            {
                return new WorklistAnswer([], "the worklist's answer is no list; type the patient");
            }

            List<WorklistItem> items = [.. answers.RootElement.EnumerateArray().Select(WorklistItem.Read).OfType<WorklistItem>().OrderBy(i => (i.Date, i.Time))];
            return new WorklistAnswer([.. items.Take(MostItems)], null, Math.Max(0, items.Count - MostItems));
        }
        catch (ArchiveAwayException)
        {
            return new WorklistAnswer([], "the worklist does not answer; type the patient");
        }
    }

    /// <summary>The act that names the order's patient.</summary>
    /// <exception cref="FormatException">The order's identifier is not of the issuer this station names patients by.</exception>
    public Act.Patient PatientOf(WorklistItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        string system = naming.System ?? throw new FormatException("this station names no patients: set page.patient_system in station.json");
        if (item.PatientIssuer is { } issuer && issuer != naming.Issuer && !StudyBinding.IsSameIssuer(issuer, system))
        {
            throw new FormatException($"the order's patient identifier is of another issuer ({issuer}): set archive.issuer in station.json if it is the station's own, or type the patient");
        }

        string? gender = item.Sex switch { "M" => "male", "F" => "female", "O" => "other", _ => null };
        return new Act.Patient(system, item.PatientId, gender, null, item.Procedure, null, item.Accession, item.StepDescription ?? item.ProcedureDescription);
    }

    /// <summary>The order of an examination, from the worklist.</summary>
    public ExaminationOrder OrderOf(WorklistItem item, Guid examination, string user, long atUtcNs)
    {
        Act.Patient patient = PatientOf(item);
        return new ExaminationOrder
        {
            Examination = examination, PatientSystem = patient.System, PatientValue = patient.Value, PatientSex = item.Sex, Accession = item.Accession, Study = item.Study, Side = item.Side,
            Step = item.Step, Procedure = item.Procedure, Description = item.StepDescription ?? item.ProcedureDescription, FromWorklist = true, User = user, AtUtcNs = atUtcNs,
        };
    }
}
