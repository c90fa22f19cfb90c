using Vascular.Acquisition.Examinations;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Capture;

/// <summary>One thing a replay did not find as the tape has it.</summary>
/// <param name="What">Finding name or <c>sent</c>, and what differs.</param>
/// <param name="Taped">The value on the tape; null where the tape has none.</param>
/// <param name="Replayed">The value derived again; null where none was.</param>
public sealed record ReplayDifference(string What, string? Taped, string? Replayed);

/// <summary>What a replay came to.</summary>
/// <param name="Superseded">Findings whose method version is retired: both values are shown among <paramref name="Differences"/> only if they differ under the same version.</param>
/// <param name="Trimmed">Findings whose raw bytes were trimmed by retention.</param>
public sealed record ReplayOutcome(int Findings, int Identical, int Superseded, int Trimmed, IReadOnlyList<ReplayDifference> Differences);

/// <summary>Feeds a tape through the live fold and compares what comes out with what the tape says came out then: findings bit for bit, and bytes to devices.</summary>
public sealed class Replay
{
    private readonly ExaminationFold _fold;
    private readonly Queue<Outgoing> _expected = new();
    private readonly List<ReplayDifference> _differences = [];
    private int _findings;
    private int _identical;
    private int _superseded;

    public Replay(Guid examination) => _fold = new ExaminationFold(examination);

    /// <summary>The fold after the last record: what was accepted can be compared with the database.</summary>
    public ExaminationFold Fold => _fold;

    /// <summary>Folds one record of the tape, in order.</summary>
    public void Next(in TapeRecord record)
    {
        switch (record.Type)
        {
            case TapeRecordType.Sent:
                CompareSent(record);
                return;
            case TapeRecordType.Finding:
                CompareFinding(record);
                break;
            case TapeRecordType.Resume:
                // What the crash cut off was never sent; findings it cut off are derived anew at this record.
                _expected.Clear();
                break;
        }

        foreach (Outgoing outgoing in _fold.Next(record))
        {
            if (outgoing is not Outgoing.Wake)
            {
                _expected.Enqueue(outgoing);
            }
        }
    }

    /// <summary>The result; call after the last record.</summary>
    public ReplayOutcome Finish()
    {
        if (_fold.IsEnded)
        {
            foreach (Outgoing missing in _expected)
            {
                _differences.Add(missing is Outgoing.Found { Finding: var finding }
                    ? new ReplayDifference(Name(finding), null, finding.Printed)
                    : new ReplayDifference("sent", null, Hex(((Outgoing.Send)missing).Bytes)));
            }
        }

        return new ReplayOutcome(_findings, _identical, _superseded, 0, _differences);
    }

    private void CompareSent(in TapeRecord record)
    {
        if (_expected.TryPeek(out Outgoing? next) && next is Outgoing.Send send)
        {
            _expected.Dequeue();
            if (send.Link != record.Link || !send.Bytes.Span.SequenceEqual(record.Payload.Span))
            {
                _differences.Add(new ReplayDifference("sent", Hex(record.Payload), Hex(send.Bytes)));
            }

            return;
        }

        _differences.Add(new ReplayDifference("sent", Hex(record.Payload), null));
    }

    private void CompareFinding(in TapeRecord record)
    {
        _findings++;
        Finding taped = FindingRecord.FromBytes(record.Payload.Span);
        if (!_expected.TryPeek(out Outgoing? next) || next is not Outgoing.Found found)
        {
            _differences.Add(new ReplayDifference(Name(taped), taped.Printed, null));
            return;
        }

        _expected.Dequeue();
        if (record.Payload.Span.SequenceEqual(FindingRecord.ToBytes(found.Finding)))
        {
            _identical++;
        }
        else if (!Methods.All.Any(m => m.Name == taped.Method && m.Version == taped.MethodVersion))
        {
            _superseded++;
        }
        else
        {
            _differences.Add(new ReplayDifference(Name(taped), Text(taped), Text(found.Finding)));
        }
    }

    private static string Name(Finding finding) => FormattableString.Invariant($"{finding.Name} version {finding.Version}");

    private static string Text(Finding finding) =>
        FormattableString.Invariant($"{finding.Printed} {finding.Unit}, {finding.State.Word()}, unrounded {finding.Unrounded}, uncertainty {finding.Uncertainty}, {finding.Method} {finding.MethodVersion}");

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
