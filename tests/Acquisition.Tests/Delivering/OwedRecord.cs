using System.Text.Json.Nodes;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Acquisition.Tests.Records;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Delivering;

/// <summary>A record full of results to send: the seed case, once for each version.</summary>
public static class OwedRecord
{
    private static readonly IReadOnlyList<Finding> Findings = SeedSession.Findings();

    public static async Task OpenAsync(RecordDatabase database, Guid examination)
    {
        ExaminationRecord record = new(database);
        await record.OpenAsync(TemporaryRecord.Opening with { Examination = examination }, "technician", CancellationToken.None);
        await record.CommitAcceptanceAsync(new Acceptance(examination, 1, "accept", "technician", TemporaryRecord.StartNs + 1, Findings, []), CancellationToken.None);
    }

    public static async Task<OwedResult> CommitAsync(RecordDatabase database, Guid examination, int version, IReadOnlyList<string> required)
    {
        SessionReport report = SeedSession.Report([.. Findings.Select(f => SeedSession.Reported(f))]) with
        {
            Examination = examination,
            ResultVersion = version,
            MessageId = Identifiers.Version5(examination, $"message/{version}"),
        };
        await new OutboxRecord(database).CommitSendAsync([report], required, "technician", TemporaryRecord.StartNs, CancellationToken.None);
        return new OwedResult(report.MessageId, version, JsonNode.Parse(SessionBundle.Bytes(report))!);
    }
}
