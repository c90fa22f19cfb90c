using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Devices.Par;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Examinations;

public sealed class ExaminationFoldTests
{
    private const string Step = "ankle.dp.right";

    [Fact]
    public void A_compressed_trace_is_for_the_eye_and_no_step_rests_on_it()
    {
        HandTape tape = HandTape.Begun(pulse: "nonin2");
        tape.Do(new Act.Bind(HandTape.Ppg, Site.Parse("R.TOE"), HandTape.PpgIdentity));
        Assert.Contains("is for the eye alone", tape.Refusal(new Act.Start("ppg.right")), StringComparison.Ordinal);

        HandTape other = HandTape.Begun();
        other.Do(new Act.Bind(HandTape.Ppg, Site.Parse("R.TOE"), HandTape.PpgIdentity));
        Assert.Null(other.Refusal(new Act.Start("ppg.right")));
    }

    [Fact]
    public void An_act_out_of_its_number_is_no_tape()
    {
        HandTape tape = HandTape.Begun();
        JsonObject skipped = ActJson.Write(tape.Fold.Acts.NextNumber + 1, HandTape.Person, new Act.Comment("hello"));
        Assert.Throws<FormatException>(() => tape.Put(new TapeRecord(TapeRecordType.Act, 0, 0, CanonicalJson.Write(skipped))));
    }

    [Fact]
    public void An_undone_mark_gives_the_end_point_back_and_an_undone_undo_takes_it_again()
    {
        HandTape tape = HandTape.Begun().At(10).AnkleRun(8, 12);
        Finding second = tape.Finding(Step)!;
        Assert.Equal((1, 116.0), (second.Version, second.Value));
        int mark = tape.Fold.Acts.All.Last(a => a.Act is Act.Mark).Number;
        int undo = tape.Do(new Act.Undo(mark));
        Assert.Equal((2, 124.0), (tape.Finding(Step)!.Version, tape.Finding(Step)!.Value));
        tape.Do(new Act.Undo(undo));
        Assert.Equal((3, 116.0), (tape.Finding(Step)!.Version, tape.Finding(Step)!.Value));
        Assert.Contains("undone already", tape.Refusal(new Act.Undo(undo)), StringComparison.Ordinal);
        AssertReplays(tape);
    }

    [Fact]
    public void Start_and_stop_are_repeated_never_undone()
    {
        HandTape tape = HandTape.Begun().At(10).AnkleRun(8);
        foreach (NumberedAct act in tape.Fold.Acts.All.Where(a => a.Act is Act.Start or Act.Stop))
        {
            Assert.Contains("repeat the step", tape.Refusal(new Act.Undo(act.Number)), StringComparison.Ordinal);
        }

        tape.Do(new Act.Repeat(Step));
        Assert.Null(tape.Finding(Step));
        tape.At(40).AnkleRun(10);
        Assert.Equal((2, 120.0), (tape.Finding(Step)!.Attempt, tape.Finding(Step)!.Value));
        AssertReplays(tape);
    }

    [Fact]
    public void What_is_not_there_or_undone_already_is_not_undone()
    {
        HandTape tape = HandTape.Begun();
        int comment = tape.Do(new Act.Comment("hello"));
        tape.Do(new Act.Undo(comment));
        Assert.NotNull(tape.Refusal(new Act.Undo(comment)));
        Assert.NotNull(tape.Refusal(new Act.Undo(99)));
        Assert.NotNull(tape.Refusal(new Act.Undo(1)));
    }

    [Theory]
    [InlineData(Step)]
    [InlineData("arm.left")]
    public void Indices_lose_their_acceptance_with_that_of_an_input(string undone)
    {
        HandTape tape = HandTape.Begun().At(10);
        tape.Arm("arm.right", "R.ARM", 113);
        tape.Arm("arm.left", "L.ARM", 114);
        tape.AnkleRun(19);
        Dictionary<string, int> accepts = new[] { "arm.right", "arm.left", Step, ProtocolStep.Derived }.ToDictionary(s => s, tape.Accept);
        Assert.All(tape.Fold.Findings, f => Assert.True(tape.Fold.IsAccepted(f), f.Name));
        Assert.Contains(tape.Fold.Findings, f => f is { Measure: "abi", Value: 0.89 });
        tape.Do(new Act.Undo(accepts[undone]));
        Assert.DoesNotContain(tape.Fold.Findings, f => f.Step == ProtocolStep.Derived && tape.Fold.IsAccepted(f));
        Assert.False(tape.Fold.IsAccepted(tape.Finding(undone)!));
        AssertReplays(tape);
    }

    [Fact]
    public void Another_device_on_the_line_lapses_the_binding_until_it_is_confirmed()
    {
        HandTape tape = HandTape.Begun().At(1);
        tape.Do(new Act.Bind(HandTape.Cuff, HandTape.Ankle, HandTape.CuffIdentity));
        Assert.Null(tape.Refusal(new Act.Start(Step)));
        tape.At(2).Open(HandTape.Cuff, "PAR 2");
        Assert.Contains("no cuff is on", tape.Refusal(new Act.Start(Step)), StringComparison.Ordinal);
        tape.At(3).Open(HandTape.Cuff, HandTape.CuffIdentity);
        Assert.Contains("no cuff is on", tape.Refusal(new Act.Start(Step)), StringComparison.Ordinal);
        tape.Do(new Act.Bind(HandTape.Cuff, HandTape.Ankle, HandTape.CuffIdentity));
        Assert.Null(tape.Refusal(new Act.Start(Step)));
    }

    [Fact]
    public void The_same_device_on_the_line_again_keeps_its_binding()
    {
        HandTape tape = HandTape.Begun().At(1);
        tape.Do(new Act.Bind(HandTape.Cuff, HandTape.Ankle, HandTape.CuffIdentity));
        tape.At(2).Link(TapeRecordType.Closed, HandTape.Cuff);
        tape.At(3).Open(HandTape.Cuff, HandTape.CuffIdentity);
        Assert.Null(tape.Refusal(new Act.Start(Step)));
    }

    [Fact]
    public void What_another_device_says_while_unbound_belongs_to_no_step()
    {
        HandTape tape = HandTape.Begun().At(10);
        tape.Do(new Act.Bind(HandTape.Cuff, HandTape.Ankle, HandTape.CuffIdentity));
        tape.Do(new Act.Start(Step));
        tape.Pressures(10.2, 15, _ => 140);
        tape.Open(HandTape.Cuff, "PAR 2");
        tape.Pressures(15.2, 20, _ => 90);
        Assert.NotNull(tape.Refusal(new Act.Mark(Sound.Returned, HandTape.Ns(18), 0)));
        tape.Do(new Act.Stop(Step));
        Assert.Equal(140, ((CuffAttempt)tape.Fold.Attempts[^1]).Cuff.Newest!.Value.MmHg);
        AssertReplays(tape);
    }

    [Theory]
    [InlineData(6.0, MeasurementState.Measured)] // the second around the end point lies before the gap
    [InlineData(7.4, MeasurementState.Unreadable)] // it touches the gap's beginning: last heard at 7.8 s
    [InlineData(12.6, MeasurementState.Unreadable)] // it touches the gap's end
    [InlineData(13.2, MeasurementState.Measured)]
    public void An_end_point_whose_interval_touches_a_gap_is_unreadable(double mark, MeasurementState expected)
    {
        HandTape tape = WithGap(TapeRecordType.Closed, mark);
        Assert.Equal(expected, tape.Finding(Step)!.State);
        AssertReplays(tape);
    }

    [Theory]
    [InlineData(6.0, MeasurementState.Measured)]
    [InlineData(7.4, MeasurementState.Unreadable)]
    public void A_silence_is_a_gap_from_where_the_device_was_last_heard(double mark, MeasurementState expected) =>
        Assert.Equal(expected, WithGap(TapeRecordType.Silent, mark).Finding(Step)!.State);

    [Fact]
    public void An_open_without_a_close_before_it_is_a_gap()
    {
        HandTape tape = HandTape.Begun().At(0);
        tape.Do(new Act.Bind(HandTape.Cuff, HandTape.Ankle, HandTape.CuffIdentity));
        tape.Do(new Act.Start(Step));
        tape.Pressures(0.2, 10, t => 140 - (2 * t));
        tape.Open(HandTape.Cuff, HandTape.CuffIdentity);
        tape.Pressures(10.2, 11, t => 140 - (2 * t));
        tape.Do(new Act.Mark(Sound.Returned, HandTape.Ns(10.6), 0));
        tape.Pressures(11, 15, t => 140 - (2 * t));
        tape.Do(new Act.Stop(Step));
        Assert.Equal(MeasurementState.Unreadable, tape.Finding(Step)!.State);
    }

    /// <summary>18 bits with their steady part lie above what 16 bits can say: the ends of a trace are its protocol's.</summary>
    [Fact]
    public void A_trace_of_18_bits_is_read_between_its_own_ends()
    {
        HandTape tape = HandTape.Begun(pulse: "max30102").At(1);
        tape.Do(new Act.Bind(HandTape.Ppg, Site.Parse("R.TOE"), HandTape.PpgIdentity));
        tape.Do(new Act.Start("ppg.right"));
        for (int n = 0; n < 1500; n++)
        {
            double at = 1.1 + (n / 100.0);
            double phase = at * 1.2 % 1.0;
            int light = 262_143 - 112_000 - (int)(700 * (phase < 0.3 ? phase / 0.3 : (1 - phase) / 0.7));
            tape.At(at).Put(new TapeRecord(
                TapeRecordType.Bytes, HandTape.Settings.LinkNumber(HandTape.Ppg), tape.NowNs,
                System.Text.Encoding.ASCII.GetBytes($"max30102/fifo\t0x010000\nmax30102/samples\t0x01D4C0{light:X6}\n")));
        }

        tape.Do(new Act.Stop("ppg.right"));
        Finding found = tape.Finding("ppg.right")!;
        Assert.Equal((MeasurementState.Measured, "pulsatile"), (found.State, found.Category));
        Assert.Equal((0, 262_143), (found.Trace!.LowerLimit, found.Trace.UpperLimit));
        AssertReplays(tape);
    }

    [Fact]
    public void A_trace_is_not_joined_over_a_time_when_its_sensor_was_not_bound()
    {
        HandTape tape = HandTape.Begun().At(1);
        int bind = tape.Do(new Act.Bind(HandTape.Ppg, Site.Parse("R.TOE"), HandTape.PpgIdentity));
        tape.Do(new Act.Start("ppg.right"));
        tape.Pleth(1.1, 9, Beat);
        int undo = tape.Do(new Act.Undo(bind));
        tape.Pleth(9, 11, Beat);
        tape.Do(new Act.Undo(undo));
        tape.Pleth(11, 18, Beat);
        tape.Do(new Act.Stop("ppg.right"));
        Assert.InRange(tape.Finding("ppg.right")!.Trace!.Samples.Count, 500, 530);
        AssertReplays(tape);
    }

    [Fact]
    public void A_recovery_interrupts_the_step_and_it_is_taken_again_as_the_next_attempt()
    {
        HandTape tape = HandTape.Begun().At(10).AnkleRun(8);
        tape.Accept(Step);
        tape.At(40).Do(new Act.Bind(HandTape.Cuff, Site.Parse("R.ARM"), HandTape.CuffIdentity));
        tape.Do(new Act.Start("arm.right"));
        tape.Pressures(40.2, 42, _ => 120, ParState.Measuring);
        tape.At(50).Put(new TapeRecord(TapeRecordType.Resume, 0, tape.NowNs, new TapeResume(0, 0).ToBytes()));
        Assert.Equal((MeasurementState.Unreadable, 1), (tape.Finding("arm.right")!.State, tape.Finding("arm.right")!.Attempt));
        Assert.Contains("interrupted", tape.Finding("arm.right")!.Reason, StringComparison.Ordinal);
        Assert.True(tape.Fold.IsAccepted(tape.Finding(Step)!));
        Assert.Contains("not connected", tape.Refusal(new Act.Start("arm.right")), StringComparison.Ordinal);
        tape.At(51).Open(HandTape.Cuff, HandTape.CuffIdentity);
        Assert.Null(tape.Refusal(new Act.Start("arm.right")));
        tape.At(52).Arm("arm.right", "R.ARM", 113);
        Assert.Equal((113.0, 2), (tape.Finding("arm.right")!.Value, tape.Finding("arm.right")!.Attempt));
        AssertReplays(tape);
    }

    [Fact]
    public void Half_a_message_before_a_recovery_has_no_influence_after_it()
    {
        HandTape tape = HandTape.Begun().At(10);
        tape.Put(new TapeRecord(TapeRecordType.Bytes, 1, tape.NowNs, new byte[] { 2, (byte)'P', (byte)'1' }));
        tape.At(20).Put(new TapeRecord(TapeRecordType.Resume, 0, tape.NowNs, new TapeResume(0, 0).ToBytes()));
        tape.At(21).Open(HandTape.Cuff, HandTape.CuffIdentity);
        tape.At(22).Say(ParFrame.CuffPressure(77, ParState.Manometer));
        Assert.Equal(77, Assert.Single(tape.Fold.LastReadings).Value);
        Assert.Equal(0, tape.Fold.Channels[0].Refused);
    }

    [Theory]
    [InlineData(18.0, null)]
    [InlineData(8.0, null)] // ten seconds, to the nanosecond
    [InlineData(7.9, "history")]
    [InlineData(18.1, "future")]
    public void A_mark_lies_in_the_ten_seconds_before_it_was_told(double markedAt, string? refusal)
    {
        HandTape tape = HandTape.Begun().At(1);
        tape.Do(new Act.Bind(HandTape.Cuff, HandTape.Ankle, HandTape.CuffIdentity));
        tape.Do(new Act.Start(Step));
        tape.Pressures(1.2, 18, t => 140 - t).Say(ParFrame.CuffPressure(122, ParState.Manometer));
        string? said = tape.Refusal(new Act.Mark(Sound.Returned, HandTape.Ns(markedAt), 0));
        Assert.Equal(refusal is null, said is null);
        Assert.Contains(refusal ?? string.Empty, said ?? string.Empty, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pressure_is_read_where_the_mark_was_made_not_where_it_was_told()
    {
        HandTape tape = HandTape.Begun().At(0);
        tape.Do(new Act.Bind(HandTape.Cuff, HandTape.Ankle, HandTape.CuffIdentity));
        tape.Do(new Act.Start(Step));
        tape.Pressures(0.2, 12, t => 140 - (2 * t));
        tape.Do(new Act.Mark(Sound.Returned, HandTape.Ns(9), HandTape.Ns(0.02)));
        tape.Pressures(12.2, 15, t => 140 - (2 * t));
        tape.Do(new Act.Stop(Step));
        Assert.Equal(122, tape.Finding(Step)!.Value);
    }

    [Theory]
    [InlineData(10.0, HandTape.Person, true)]
    [InlineData(1.0, HandTape.Person, false)]
    [InlineData(10.0, Users.SimulatedTechnician, false)]
    public void A_persons_mark_in_sped_up_time_is_flagged_paced(double speed, string user, bool flagged)
    {
        HandTape tape = HandTape.Begun(speed).At(0);
        tape.Do(new Act.Bind(HandTape.Cuff, HandTape.Ankle, HandTape.CuffIdentity));
        tape.Do(new Act.Start(Step));
        tape.Pressures(0.2, 9, t => 140 - (2 * t));
        tape.Do(new Act.Mark(Sound.Returned, HandTape.Ns(9), 0), user);
        tape.Pressures(9.2, 12, t => 140 - (2 * t));
        tape.Do(new Act.Stop(Step));
        Assert.Equal(flagged, tape.Finding(Step)!.Flags.Contains("paced"));
    }

    [Fact]
    public void On_replay_wakes_come_from_the_tape_alone()
    {
        HandTape tape = HandTape.Begun().At(10);
        tape.Arm("arm.right", "R.ARM", 113);
        Assert.Equal(113, tape.Finding("arm.right")!.Value);
        Assert.Equal(2, tape.Sends.Count); // the order, and the question at the wake
        AssertReplays(tape);
        ReplayOutcome without = HandTape.Replay(tape.Records.Where(r => r.Type != TapeRecordType.Wake));
        Assert.NotEmpty(without.Differences);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytes_to_a_device_that_are_not_those_of_the_tape_are_a_difference(bool missing)
    {
        HandTape tape = HandTape.Begun().At(10).AnkleRun(8);
        tape.At(40).Do(new Act.End());
        AssertReplays(tape);
        List<TapeRecord> changed = [.. tape.Records];
        int sent = changed.FindLastIndex(r => r.Type == TapeRecordType.Sent);
        if (missing)
        {
            changed.RemoveAt(sent);
        }
        else
        {
            changed[sent] = changed[sent] with { Payload = new byte[] { (byte)'Y' } };
        }

        Assert.Contains(HandTape.Replay(changed).Differences, d => d.What == "sent");
    }

    [Fact]
    public void Where_a_second_passes_without_a_record_a_tick_stands_and_nowhere_else()
    {
        PlayedScenario played = PlayedScenario.Play("seed-2017-09-pressures", before: bench =>
        {
            bench.Unplug("ppg-1", 20_000_000_000, 30_000_000_000);
            bench.Unplug("cuff-1", 20_000_000_000, 30_000_000_000);
        });
        long last = 0;
        int ticks = 0;
        foreach (TapeRecord record in played.Taped().Where(r => r.Type is not (TapeRecordType.Header or TapeRecordType.Chain or TapeRecordType.Seal)))
        {
            Assert.InRange(record.AtNs - last, 0, 1_000_000_000);
            if (record.Type == TapeRecordType.Tick)
            {
                ticks++;
                Assert.Equal(1_000_000_000, record.AtNs - last);
            }

            last = record.AtNs;
        }

        Assert.InRange(ticks, 20, 60);
    }

    private static HandTape WithGap(TapeRecordType kind, double mark)
    {
        HandTape tape = HandTape.Begun().At(0);
        tape.Do(new Act.Bind(HandTape.Cuff, HandTape.Ankle, HandTape.CuffIdentity));
        tape.Do(new Act.Start(Step));
        tape.Pressures(0.2, 8, t => 140 - (2 * t));
        tape.At(10).Link(kind, HandTape.Cuff);
        tape.At(12);
        if (kind == TapeRecordType.Closed)
        {
            tape.Open(HandTape.Cuff, HandTape.CuffIdentity);
        }
        else
        {
            tape.Link(TapeRecordType.Heard, HandTape.Cuff);
        }

        tape.Pressures(12, 15, t => 140 - (2 * t));
        tape.Do(new Act.Mark(Sound.Returned, HandTape.Ns(mark), 0));
        tape.Do(new Act.Stop(Step));
        return tape;
    }

    private static int Beat(double seconds) => 30000 + (int)(2000 * (seconds * 1.2 % 1.0));

    private static void AssertReplays(HandTape tape)
    {
        ReplayOutcome outcome = HandTape.Replay(tape.Records);
        Assert.Empty(outcome.Differences);
        Assert.Equal(outcome.Findings, outcome.Identical);
    }
}
