using System.Text;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.Acquisition.Tests.Examinations;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>What consumers are sent of one examination, bundle after bundle, from the tape through the record to the outbox.</summary>
public sealed class ResultVersionsTests
{
    private const string Step = "ankle.dp.right";
    private static readonly Dictionary<Guid, string> Names = Enumerable.Range(1, 3).SelectMany(binding => ((string, int, string, string)[])
        [("arm.right", 1, "brachial-sys", "R.ARM"), ("arm.left", 1, "brachial-sys", "L.ARM"), (Step, 1, "ankle-sys-dp", "R.DP"), (Step, 2, "ankle-sys-dp", "R.DP"),
            (ProtocolStep.Derived, 1, "abi-dp", "R.DP"), (ProtocolStep.Derived, 1, "abi", "R.ANKLE"), (ProtocolStep.Derived, 1, "wifi-ischemia", "R.FOOT")], NameOf).ToDictionary();

    private static readonly Act.Patient Other = new("urn:oid:2.999.1.1", "P-2", "male", "urn:oid:2.999.1.2", "ORD-2", null, null, null);

    [Fact]
    public async Task A_partial_bundle_is_followed_by_the_preliminary_one()
    {
        await using HandStation station = await HandStation.OpenAsync();
        HandTape tape = Measured();
        tape.Accept("arm.right");
        tape.Do(new Act.Send());
        tape.Accept("arm.left");
        tape.Do(new Act.End());
        station.Feed(tape);
        Sent[] sent = await SentAsync(station);
        Assert.Equal([(1, "partial", "P-1"), (2, "preliminary", "P-1")], sent.Select(s => (s.ResultVersion, s.Status, s.Patient)));
        Assert.Equal(["brachial-sys R.ARM 1 final"], sent[0].Findings);
        Assert.Equal(["brachial-sys R.ARM 1 final", "brachial-sys L.ARM 1 final"], sent[1].Findings);
        Assert.Equal(2, sent.Select(s => s.Message).Distinct().Count());
    }

    [Fact]
    public async Task What_was_undone_after_sending_is_sent_as_entered_in_error_with_its_indices_and_comes_back_as_the_next_version()
    {
        await using HandStation station = await HandStation.OpenAsync();
        HandTape tape = Sending();
        int undo = tape.Do(new Act.Undo(tape.Fold.Acts.AcceptOf(tape.Finding(Step)!.Id)!.Number));
        tape.Do(new Act.Undo(undo));
        station.Feed(tape);
        Sent[] sent = await SentAsync(station);
        Assert.Equal([1, 2, 3], sent.Select(s => s.ResultVersion));
        Assert.All(sent, s => Assert.Equal("partial", s.Status));
        Assert.Equal(Lines("ankle-sys-dp R.DP 1 final", "abi-dp R.DP 1 final", "abi R.ANKLE 1 final", "wifi-ischemia R.FOOT 1 final"), sent[0].Findings);
        Assert.Equal(Lines("ankle-sys-dp R.DP 2 entered-in-error", "abi-dp R.DP 2 entered-in-error", "abi R.ANKLE 2 entered-in-error", "wifi-ischemia R.FOOT 2 entered-in-error"), sent[1].Findings);
        Assert.Equal(Lines("ankle-sys-dp R.DP 3 final", "abi-dp R.DP 3 final", "abi R.ANKLE 3 final", "wifi-ischemia R.FOOT 3 final"), sent[2].Findings);
    }

    [Fact]
    public async Task The_earlier_attempt_is_withdrawn_in_the_bundle_in_which_the_new_one_goes()
    {
        await using HandStation station = await HandStation.OpenAsync();
        HandTape tape = Sending();
        tape.Do(new Act.Repeat(Step));
        tape.At(200).AnkleRun(18);
        station.Feed(tape);
        Assert.Single(await SentAsync(station));
        tape.Accept(Step);
        station.Feed(tape);
        Sent[] sent = await SentAsync(station);
        Assert.Equal(2, sent.Length);
        Assert.Equal(
            Lines("ankle-sys-dp R.DP again 1 final", "ankle-sys-dp R.DP 2 entered-in-error", "abi-dp R.DP 2 entered-in-error", "abi R.ANKLE 2 entered-in-error", "wifi-ischemia R.FOOT 2 entered-in-error"),
            sent[1].Findings);
    }

    [Fact]
    public async Task A_wrong_patient_before_anything_was_sent_leaves_only_act_and_audit()
    {
        await using HandStation station = await HandStation.OpenAsync();
        HandTape tape = Measured();
        tape.Accept("arm.right");
        int correction = tape.Do(Other, "supervisor");
        tape.Do(new Act.End());
        station.Feed(tape);
        Sent bundle = Assert.Single(await SentAsync(station));
        Assert.Equal((1, "preliminary", "P-2"), (bundle.ResultVersion, bundle.Status, bundle.Patient));
        Assert.Equal(["brachial-sys R.ARM 1 final"], bundle.Findings);
        Assert.DoesNotContain("P-1", bundle.Text, StringComparison.Ordinal);
        Assert.Contains(await station.Record.AuditAsync(HandTape.Id, default), a => (a.ActNumber, a.User, a.Action) == (correction, "supervisor", "patient"));
        Assert.Equal(2, (await station.Record.ExaminationAsync(HandTape.Id, default))!.Binding);
    }

    [Fact]
    public async Task A_wrong_patient_after_sending_is_two_bundles_of_which_neither_names_the_other_patient()
    {
        await using HandStation station = await HandStation.OpenAsync();
        HandTape tape = Sending();
        tape.Do(Other, "supervisor");
        tape.Do(new Act.End());
        station.Feed(tape);
        Sent[] sent = await SentAsync(station);
        Assert.Equal([(1, "partial", "P-1"), (2, "entered-in-error", "P-1"), (3, "partial", "P-2"), (4, "preliminary", "P-2")], sent.Select(s => (s.ResultVersion, s.Status, s.Patient)));
        (Sent old, Sent now) = (sent[1], sent[2]);
        Assert.All(old.Findings, f => Assert.EndsWith(" 2 entered-in-error", f, StringComparison.Ordinal));
        Assert.Equal(sent[0].Findings, now.Findings);
        Assert.Empty(old.Ids.Intersect(now.Ids));
        Assert.Equal(sent[0].Ids.Order(), old.Ids.Order());
        Assert.Equal((sent[0].Report, "CREATE", "NULLIFY", "UPDATE"), (old.Report, now.Operation, old.Operation, sent[3].Operation));
        Assert.Equal((now.Report, false), (sent[3].Report, now.Report == old.Report));
        Assert.DoesNotContain("P-2", old.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("ORD-2", old.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("P-1", now.Text, StringComparison.Ordinal);
        Assert.All((Sent[])[old, now], s => Assert.Contains("patient", (string?)s.Provenance["reason"]![0]!["text"], StringComparison.Ordinal));
        Assert.Null(sent[3].Provenance["reason"]);
        Assert.Equal([null, "supervisor", "supervisor", null], sent.Select(s => s.CorrectedBy));
        IReadOnlyList<OutboxRow> rows = await station.RowsAsync();
        Assert.Equal([1L, 2L, 3L, 4L], rows.Select(r => r.Sequence));
        Assert.Equal(rows[1].CommittedUtcNs, rows[2].CommittedUtcNs);
        Assert.Single(Times(sent[0], now));
    }

    [Fact]
    public async Task Corrections_after_the_end_are_sent_at_once_and_the_report_stays_preliminary()
    {
        await using HandStation station = await HandStation.OpenAsync();
        HandTape tape = Sending();
        tape.Do(new Act.End());
        station.Feed(tape);
        Guid ankle = tape.Finding(Step)!.Id;
        int undo = 0;
        Assert.Null(station.Correct(fold => new Act.Undo(undo = fold.Acts.AcceptOf(ankle)!.Number)));
        Assert.Null(station.Correct(fold => new Act.Undo(fold.Acts.All[^1].Number)));
        Assert.Null(station.Correct(_ => new Act.Comment("called the ward")));
        Assert.Null(station.Correct(_ => Other));
        Assert.Contains("has ended", station.Correct(_ => new Act.Start(Step)), StringComparison.Ordinal);
        Sent[] sent = await SentAsync(station);
        Assert.Equal(
            [(1, "partial", "P-1"), (2, "preliminary", "P-1"), (3, "preliminary", "P-1"), (4, "preliminary", "P-1"), (5, "entered-in-error", "P-1"), (6, "preliminary", "P-2")],
            sent.Select(s => (s.ResultVersion, s.Status, s.Patient)));
        Assert.Equal(sent[1].Ended, sent[5].Ended);
        Assert.True(undo > 0);
        AssertWhole(station, await station.KeptSealAsync());
    }

    [Fact]
    public async Task The_tape_of_a_corrected_examination_is_whole_and_a_removed_correction_shows()
    {
        await using HandStation station = await HandStation.OpenAsync();
        HandTape tape = Sending();
        tape.Do(new Act.End());
        station.Feed(tape);
        byte[] ended = station.Disk["000001.tape"];
        Assert.Null(station.Correct(_ => Other));
        TapeSeal newest = await station.KeptSealAsync();
        Assert.Equal((2, true), (newest.Segment, newest.End));
        Assert.Equal(ended, station.Disk["000001.tape"]);
        List<TapeRecord> taped = station.Taped();
        int at = taped.FindIndex(r => r.Type == TapeRecordType.Continued);
        Assert.Equal([TapeRecordType.Seal, TapeRecordType.Header, TapeRecordType.Continued, TapeRecordType.Chain, TapeRecordType.Act, TapeRecordType.Finding], taped.Skip(at - 2).Take(6).Select(r => r.Type));
        Assert.Equal((TapeRecordType.Seal, 2), (taped[^1].Type, taped.Count(r => r.Type == TapeRecordType.Seal)));
        AssertWhole(station, newest);
        await using HandStation cut = await station.CopyAsync();
        cut.Disk.Delete("000002.tape");
        Assert.Empty(cut.Verify().Faults);
        Assert.Contains(cut.Verify(newest).Faults, f => f.What.Contains("known to the database", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_correction_that_would_change_nothing_writes_nothing()
    {
        await using HandStation station = await HandStation.OpenAsync();
        HandTape tape = Sending();
        tape.Do(new Act.End());
        station.Feed(tape);
        int operations = station.Disk.Journal.Count;
        Assert.Contains("already", station.Correct(fold => fold.Acts.Patient!), StringComparison.Ordinal);
        Assert.Contains("no act 99", station.Correct(_ => new Act.Undo(99)), StringComparison.Ordinal);
        Assert.Equal(operations, station.Disk.Journal.Count);
    }

    /// <summary>Every act that makes a bundle: send, undo, its undo, the repeat's acceptance, the patient, the end.</summary>
    [Fact]
    public async Task A_crash_between_tape_and_record_at_any_of_these_acts_comes_to_the_same_rows()
    {
        await using HandStation station = await HandStation.OpenAsync();
        HandTape tape = Sending();
        int undo = tape.Do(new Act.Undo(tape.Fold.Acts.AcceptOf(tape.Finding(Step)!.Id)!.Number));
        tape.Do(new Act.Undo(undo));
        tape.Do(new Act.Repeat(Step));
        tape.At(200).AnkleRun(18);
        tape.Accept(Step);
        tape.Do(Other);
        tape.Do(new Act.End());
        station.Feed(tape);
        string told = await station.ToldAsync();
        Assert.Equal(7, (await station.RowsAsync()).Count);
        int[] senders = [.. (await station.RowsAsync()).Select(r => tape.Fold.Acts.All.First(a => Makes(r, a.Number)).Number).Distinct()];
        Assert.Equal(6, senders.Length);
        foreach (int act in senders)
        {
            foreach (Crash crash in (Crash[])[Crash.BeforeCommit, Crash.BeforeSend])
            {
                await using HandStation again = await station.CopyAsync();
                Assert.Throws<ProcessDied>(() => again.TakeUp(crash, act));
                again.TakeUp(Crash.Never, 0);
                Assert.Equal(told, await again.ToldAsync());
                again.TakeUp(Crash.Never, 0);
                Assert.Equal(told, await again.ToldAsync());
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_while_the_examination_runs_comes_to_the_same_rows(bool beforeSend)
    {
        await using HandStation station = await HandStation.OpenAsync();
        HandTape tape = Sending();
        int correction = tape.Do(Other);
        station.Feed(tape);
        string told = await station.ToldAsync();
        await using HandStation again = await station.CopyAsync();
        Assert.Throws<ProcessDied>(() => again.TakeUp(beforeSend ? Crash.BeforeSend : Crash.BeforeCommit, correction));
        Assert.False(again.TakeUp(Crash.Never, 0).Fold.IsEnded);
        Assert.Equal(told, await again.ToldAsync());
        Assert.Equal(2, (await again.Record.ExaminationAsync(HandTape.Id, default))!.Binding);
        Assert.Empty(again.Verify().Faults);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_in_a_correction_after_the_end_comes_to_the_same_rows_and_the_tape_ends_again(bool beforeSend)
    {
        await using HandStation station = await HandStation.OpenAsync();
        HandTape tape = Sending();
        tape.Do(new Act.End());
        station.Feed(tape);
        int correction = tape.Fold.Acts.NextNumber;
        await using HandStation unbroken = await station.CopyAsync();
        unbroken.TakeUp(Crash.Never, 0);
        Assert.Null(unbroken.Correct(_ => Other));
        Assert.Throws<ProcessDied>(() => station.Correct(_ => Other, crash: beforeSend ? Crash.BeforeSend : Crash.BeforeCommit, at: correction));
        Assert.Equal(1, station.Verify().Unsealed);
        Assert.Empty(station.Verify().Faults);
        TakenUp taken = station.TakeUp(Crash.Never, 0);
        Assert.Equal((TapeState.Resumed, true), (taken.Recovered!.State, taken.Fold.IsEnded));
        AssertWhole(station, await station.KeptSealAsync());
        Assert.Equal(4, (await station.RowsAsync()).Count);
        Assert.Equal((await SentAsync(unbroken)).Select(s => (s.Message, s.ResultVersion, s.Status)), (await SentAsync(station)).Select(s => (s.Message, s.ResultVersion, s.Status)));
        Assert.Null(station.Correct(_ => Other with { Value = "P-3" }));
        AssertWhole(station, await station.KeptSealAsync());
    }

    [Fact]
    public async Task A_power_cut_at_any_byte_of_a_correction_leaves_a_tape_that_ends_and_can_be_corrected()
    {
        await using HandStation station = await HandStation.OpenAsync();
        HandTape tape = Sending();
        tape.Do(new Act.End());
        station.Feed(tape);
        int before = station.Disk.Instants;
        Assert.Null(station.Correct(_ => Other));
        int after = station.Disk.Instants;
        for (int cut = before; cut <= after; cut += cut < before + 8 ? 1 : 331)
        {
            await using HandStation left = await station.CopyAsync();
            left.LoseAfter(station, cut);
            TakenUp taken = left.TakeUp(Crash.Never, 0);
            Assert.True(taken.Fold.IsEnded);
            Assert.Empty(left.Verify().Faults);
            Assert.Equal(0, left.Verify().Unsealed);
            bool isDone = taken.Fold.Acts.Binding == 2;
            Assert.Equal(isDone ? 4 : 2, (await left.RowsAsync()).Count);
            Assert.Null(left.Correct(_ => isDone ? Other with { Value = "P-3" } : Other));
            AssertWhole(left, await left.KeptSealAsync());
        }
    }

    private static KeyValuePair<Guid, string> NameOf(int binding, (string Step, int Attempt, string Measure, string Site) f) =>
        new(Identifiers.Finding(HandTape.Id, binding, f.Step, f.Attempt, f.Measure, Site.Parse(f.Site)), f.Attempt == 1 ? $"{f.Measure} {f.Site}" : $"{f.Measure} {f.Site} again");

    private static bool Makes(OutboxRow row, int act) =>
        Enumerable.Range(1, 2).Any(binding => Identifiers.Bundle(HandTape.Id, act, binding) == row.MessageId);

    private static void AssertWhole(HandStation station, TapeSeal newest)
    {
        TapeVerdict verdict = station.Verify(newest);
        Assert.Empty(verdict.Faults);
        Assert.Equal(0, verdict.Unsealed);
        ReplayOutcome replay = HandTape.Replay(station.Taped());
        Assert.Empty(replay.Differences);
        Assert.Equal(replay.Findings, replay.Identical);
    }

    private static HandTape Measured()
    {
        HandTape tape = HandTape.Begun().At(10);
        tape.Arm("arm.right", "R.ARM", 113);
        tape.Arm("arm.left", "L.ARM", 114);
        return tape.AnkleRun(19);
    }

    /// <summary>Both arms, ankle and indices accepted, and sent now.</summary>
    private static HandTape Sending()
    {
        HandTape tape = Measured();
        foreach (string step in (string[])["arm.right", "arm.left", Step, ProtocolStep.Derived])
        {
            tape.Accept(step);
        }

        tape.Do(new Act.Send());
        return tape;
    }

    private static string[] Lines(params string[] rest) => ["brachial-sys R.ARM 1 final", "brachial-sys L.ARM 1 final", .. rest];

    private static IEnumerable<string> Times(params Sent[] bundles) => bundles.Select(b => string.Join(' ', b.Effective)).Distinct();

    private static async Task<Sent[]> SentAsync(HandStation station) => [.. (await station.RowsAsync()).Select(Sent.Of)];

    /// <summary>A bundle as a consumer reads it.</summary>
    private sealed record Sent(string Text, Guid Message, int ResultVersion, string Status, string Report, string Patient, string[] Findings, string[] Ids, string[] Effective, string Operation, string Ended, JsonNode Provenance, string? CorrectedBy)
    {
        public static Sent Of(OutboxRow row)
        {
            string text = Encoding.UTF8.GetString(row.Body);
            JsonNode[] all = [.. JsonNode.Parse(text)!["entry"]!.AsArray().Select(e => e!["resource"]!)];
            JsonNode[] observations = [.. all.Where(r => Kind(r) == "Observation")];
            JsonNode report = all.Single(r => Kind(r) == "DiagnosticReport"), provenance = all.Single(r => Kind(r) == "Provenance");
            Assert.Equal(row.ResultVersion.ToString(System.Globalization.CultureInfo.InvariantCulture), (string?)report["meta"]!["versionId"]);
            return new Sent(
                text,
                row.MessageId,
                row.ResultVersion,
                (string)report["status"]!,
                (string)report["identifier"]![0]!["value"]!,
                (string)all.Single(r => Kind(r) == "Patient")["identifier"]![0]!["value"]!,
                [.. observations.Select(Line)],
                [.. observations.Select(o => (string)o["identifier"]![0]!["value"]!)],
                [.. observations.Select(o => (string)o["effectiveDateTime"]!)],
                (string)provenance["activity"]!["coding"]![0]!["code"]!,
                (string)report["effectivePeriod"]!["end"]!,
                provenance,
                Author(JsonNode.Parse(text)!["entry"]!.AsArray(), provenance));
        }

        private static string? Author(JsonArray entries, JsonNode provenance) =>
            provenance["agent"]!.AsArray().SingleOrDefault(a => (string?)a!["type"]!["coding"]![0]!["code"] == "author")?["who"]!["reference"] is { } who
                ? (string?)entries.Single(e => (string?)e!["fullUrl"] == (string?)who)!["resource"]!["practitioner"]!["display"]
                : null;

        private static string Kind(JsonNode resource) => (string)resource["resourceType"]!;

        private static string Line(JsonNode o) => $"{Names[Guid.Parse((string)o["identifier"]![0]!["value"]!)]} {o["meta"]!["versionId"]} {o["status"]}";
    }
}
