using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Tests.Capture;

namespace Vascular.Acquisition.Tests.Station;

/// <summary><c>acquisition verify</c> on the tape of the seed examination: whatever was changed is found, and its place is said.</summary>
public sealed class SeedTapeVerifyTests(SeedDataFolder folder) : IClassFixture<SeedDataFolder>
{
    [Fact]
    public void The_tape_as_it_was_written_has_no_fault()
    {
        (int exit, IReadOnlyList<Fault> faults) = Verify(folder.Tape);
        Assert.Equal(0, exit);
        Assert.Empty(faults);
        Assert.True(folder.Segments.Count >= 4);
    }

    [Theory]
    [InlineData("ciphertext")]
    [InlineData("tag")]
    [InlineData("length")]
    [InlineData("time")]
    [InlineData("header")]
    [InlineData("seal")]
    public void One_changed_byte_is_found_in_its_record(string where)
    {
        string tape = folder.Copy("changed-" + where);
        string file = Path.Combine(tape, SmallTape.Segment2);
        byte[] bytes = File.ReadAllBytes(file);
        List<(int Offset, int Size, TapeRecordType Type)> frames = SmallTape.Frames(bytes);
        int record = where switch { "header" => 0, "seal" => frames.Count - 1, _ => frames.FindIndex(frames.Count / 2, f => f.Type == TapeRecordType.Bytes) };
        (int offset, int size, _) = frames[record];
        bytes[where switch
        {
            "ciphertext" => offset + TapeFormat.BodyAt,
            "tag" => offset + size - 1,
            "length" => offset + 1,
            "time" => offset + TapeFormat.AtNsAt,
            "header" => offset + TapeFormat.BodyAt + 30,
            _ => offset + size - 10,
        }] ^= 0x10;
        File.WriteAllBytes(file, bytes);
        Fault first = AssertFails(tape)[0];
        Assert.Equal((SmallTape.Segment2, offset, record), (first.File, first.Offset, first.Record));
    }

    /// <summary>Somebody who knows the format can make a CRC right, not a chain.</summary>
    [Fact]
    public void A_change_with_its_CRC_made_right_is_found_between_two_syncs()
    {
        string tape = folder.Copy("mended");
        string file = Path.Combine(tape, SmallTape.Segment3);
        byte[] bytes = File.ReadAllBytes(file);
        List<(int Offset, int Size, TapeRecordType Type)> frames = SmallTape.Frames(bytes);
        int record = frames.FindIndex(frames.Count / 3, f => f.Type == TapeRecordType.Bytes);
        bytes[frames[record].Offset + TapeFormat.BodyAt] ^= 1;
        SmallTape.MendCrc(bytes, frames[record]);
        File.WriteAllBytes(file, bytes);
        AssertNamed(AssertFails(tape)[0], SmallTape.Segment3, record);
    }

    [Fact]
    public void A_removed_record_is_found_between_two_syncs()
    {
        string tape = folder.Copy("record");
        string file = Path.Combine(tape, SmallTape.Segment2);
        byte[] bytes = File.ReadAllBytes(file);
        List<(int Offset, int Size, TapeRecordType Type)> frames = SmallTape.Frames(bytes);
        int record = frames.FindIndex(frames.Count / 2, f => f.Type == TapeRecordType.Bytes);
        File.WriteAllBytes(file, [.. bytes[..frames[record].Offset], .. bytes[(frames[record].Offset + frames[record].Size)..]]);
        AssertNamed(AssertFails(tape)[0], SmallTape.Segment2, record);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    public void A_removed_segment_is_named(int index)
    {
        string tape = folder.Copy(FormattableString.Invariant($"segment{index}"));
        string name = Path.GetFileName(index < 0 ? folder.Segments[^1] : folder.Segments[index]);
        File.Delete(Path.Combine(tape, name));
        Fault fault = AssertFails(tape)[0];
        Assert.Equal(name, fault.File);
        Assert.Contains("missing", fault.What, StringComparison.Ordinal);
    }

    /// <summary>Without its last records a tape looks like one that still runs; the seal in the database tells.</summary>
    [Fact]
    public void A_removed_end_is_found_by_the_seal_that_the_database_keeps()
    {
        string last = folder.Segments[^1];
        byte[] whole = File.ReadAllBytes(last);
        List<(int Offset, int Size, TapeRecordType Type)> frames = SmallTape.Frames(whole);
        int chain = frames.FindLastIndex(frames.Count / 2, f => f.Type == TapeRecordType.Chain);
        try
        {
            File.WriteAllBytes(last, whole[..(frames[chain].Offset + frames[chain].Size)]);
            Fault fault = Assert.Single(AssertFails(folder.Tape));
            Assert.Equal(Path.GetFileName(last), fault.File);
            Assert.Contains("database", fault.What, StringComparison.Ordinal);
        }
        finally
        {
            File.WriteAllBytes(last, whole);
        }
    }

    private static void AssertNamed(Fault fault, string file, int record)
    {
        Assert.Equal(file, fault.File);
        Match range = Regex.Match(fault.What, "records ([0-9]+) to ([0-9]+)");
        Assert.True(range.Success, fault.What);
        Assert.InRange(record, int.Parse(range.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(range.Groups[2].Value, CultureInfo.InvariantCulture));
        Assert.InRange(fault.Record, record, record + 400);
    }

    private static IReadOnlyList<Fault> AssertFails(string tape)
    {
        (int exit, IReadOnlyList<Fault> faults) = Verify(tape);
        Assert.Equal(CommandLine.Failed, exit);
        Assert.NotEmpty(faults);
        return faults;
    }

    private static (int Exit, IReadOnlyList<Fault> Faults) Verify(string tape)
    {
        using StringWriter output = new();
        int exit = CommandLine.Done;
        try
        {
            RootCommand root = new() { VerifyCommand.Build() };
            exit = root.Parse(["verify", tape, "--json"]).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output });
        }
        catch (CommandFailure)
        {
            exit = CommandLine.Failed;
        }

        JsonElement faults = JsonDocument.Parse(output.ToString()).RootElement.GetProperty("faults");
        return (exit, [.. faults.EnumerateArray().Select(f => new Fault(
            f.GetProperty("file").GetString()!, f.GetProperty("offset").GetInt32(), f.GetProperty("record").GetInt32(), f.GetProperty("what").GetString()!))]);
    }

    private sealed record Fault(string File, int Offset, int Record, string What);
}
