using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Archive.Returned;
using Vascular.Acquisition.Publishing;

namespace Vascular.Acquisition.Records;

/// <summary>What goes back to the archive, in the database: owed from the commit of the result until it was read back.</summary>
public sealed class ReturnRecord(RecordDatabase database)
{
    /// <summary>Objects still owed, without their files. First what was tried least, so that nothing stands in another's way; within that in the order of the results, what a
    /// report names before it. A rejection comes after everything that it may name.</summary>
    public async Task<IReadOnlyList<ReturnedResult>> OwedAsync(CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        List<ReturnedResult> owed = await WithoutFiles(context.ReturnedResults.Where(r => r.State == ReturnState.Owed)).ToListAsync(cancel);
        return
        [
            .. owed.OrderBy(r => r.Kind == ReturnedKind.Rejection ? 1 : 0).ThenBy(r => r.Attempts).ThenBy(r => r.CommittedUtcNs).ThenBy(r => r.ResultVersion)
                .ThenBy(r => r.Kind == ReturnedKind.PulseWaveform ? 0 : 1).ThenBy(r => r.Kind).ThenBy(r => r.Instance, StringComparer.Ordinal),
        ];
    }

    /// <summary>The file of an object that is owed or refused; null when none was ever made, or the archive has it.</summary>
    public async Task<byte[]?> FileAsync(string instance, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.ReturnedResults.Where(r => r.Instance == instance).Select(r => r.File).SingleOrDefaultAsync(cancel);
    }

    /// <summary>Everything that was ever to go back, or what waits for a person alone; oldest first, without the files.</summary>
    public async Task<IReadOnlyList<ReturnedResult>> ListAsync(bool refused, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await WithoutFiles(context.ReturnedResults.Where(r => !refused || r.State == ReturnState.Refused))
            .OrderBy(r => r.CommittedUtcNs).ThenBy(r => r.Instance).ToListAsync(cancel);
    }

    /// <summary>Everything of an examination, oldest first, without the files.</summary>
    public async Task<IReadOnlyList<ReturnedResult>> OfAsync(Guid examination, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await WithoutFiles(context.ReturnedResults.Where(r => r.Examination == examination)).OrderBy(r => r.ResultVersion).ThenBy(r => r.Kind).ToListAsync(cancel);
    }

    /// <summary>Writes down what came of an attempt. What is settled keeps its identifiers and hash; the file goes.</summary>
    public async Task NoteAsync(string instance, ReturnState state, string? detail, long atUtcNs, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        ReturnedResult row = await context.ReturnedResults.SingleAsync(r => r.Instance == instance, cancel);
        (row.State, row.Detail) = (state, detail);
        row.Attempts++;
        if (state is ReturnState.Stored or ReturnState.StoredChanged)
        {
            (row.SettledUtcNs, row.File) = (atUtcNs, null);
        }

        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Owes a refused object again, with who says so in the audit.</summary>
    /// <returns>Why not; null when it is owed again.</returns>
    public async Task<string?> AgainAsync(string instance, string user, long atUtcNs, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        ReturnedResult? row = await context.ReturnedResults.SingleOrDefaultAsync(r => r.Instance == instance, cancel);
        if (row is not { State: ReturnState.Refused, File: not null })
        {
            return row switch
            {
                null => "no such object was ever to go back",
                { State: ReturnState.Refused } => "no object could be made of the result, so there is none to give",
                { State: ReturnState.Owed } => "it is owed, and tried until the archive has it",
                _ => "the archive has it",
            };
        }

        context.Audit.Add(new AuditEntry
        {
            Examination = row.Examination,
            Key = $"return-again/{instance}/{row.Attempts}",
            AtUtcNs = atUtcNs,
            User = user,
            Action = "return-again",
            Detail = JsonSerializer.Serialize(new { instance, refusal = row.Detail }),
        });
        row.State = ReturnState.Owed;
        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return null;
    }

    /// <summary>Adds the objects of a report to the transaction that commits it. A report that no object can be made of is a refused row: the result itself goes out all the same.</summary>
    internal static async Task AddAsync(RecordContext context, SessionReport report, long atUtcNs, CancellationToken cancel)
    {
        List<ReturnedResult> before = await context.ReturnedResults
            .Where(r => r.Examination == report.Examination && r.Binding == report.Binding && r.State != ReturnState.Refused).ToListAsync(cancel);
        ExaminationOrder? order = await context.ExaminationOrders.AsNoTracking()
            .SingleOrDefaultAsync(o => o.Examination == report.Examination && o.PatientSystem == report.Patient.System && o.PatientValue == report.Patient.Value, cancel);
        try
        {
            IReadOnlyList<ReturnedObject> objects = ReturnedReport.Objects(report, [.. before.Select(r => new ReturnedObject(r.Kind, r.SopClass, r.Study, r.Series, r.Instance, r.ResultVersion, r.File))], order?.Study);
            context.ReturnedResults.AddRange(objects.Select(o => Row(report, o, atUtcNs)));
        }
        catch (Exception wrong) when (wrong is ArgumentException or InvalidOperationException or ArithmeticException or FormatException or KeyNotFoundException or NotSupportedException or IndexOutOfRangeException)
        {
            context.ReturnedResults.Add(new ReturnedResult
            {
                Instance = $"{report.Examination}/{report.ResultVersion}",
                Examination = report.Examination,
                Binding = report.Binding,
                ResultVersion = report.ResultVersion,
                Kind = ReturnedKind.Measurements,
                SopClass = "",
                Study = "",
                Series = "",
                Sha256 = "",
                CommittedUtcNs = atUtcNs,
                State = ReturnState.Refused,
                Detail = $"no object can be made of it: {wrong.Message}",
            });
        }
    }

    private static IQueryable<ReturnedResult> WithoutFiles(IQueryable<ReturnedResult> rows) => rows.AsNoTracking().Select(r => new ReturnedResult
    {
        Instance = r.Instance,
        Examination = r.Examination,
        Binding = r.Binding,
        ResultVersion = r.ResultVersion,
        Kind = r.Kind,
        SopClass = r.SopClass,
        Study = r.Study,
        Series = r.Series,
        Sha256 = r.Sha256,
        CommittedUtcNs = r.CommittedUtcNs,
        State = r.State,
        SettledUtcNs = r.SettledUtcNs,
        Attempts = r.Attempts,
        Detail = r.Detail,
    });

    private static ReturnedResult Row(SessionReport report, ReturnedObject made, long atUtcNs) => new()
    {
        Instance = made.Instance,
        Examination = report.Examination,
        Binding = report.Binding,
        ResultVersion = report.ResultVersion,
        Kind = made.Kind,
        SopClass = made.SopClass,
        Study = made.Study,
        Series = made.Series,
        File = made.File.ToArray(),
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(made.File.Span)),
        CommittedUtcNs = atUtcNs,
        State = ReturnState.Owed,
    };
}
