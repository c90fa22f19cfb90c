using System.Globalization;
using FsCheck.Xunit;
using Vascular.Acquisition.Cli;

namespace Vascular.Acquisition.Tests.Cli;

[Properties(Replay = "20260201,1", QuietOnSuccess = true, MaxTest = 500)]
public sealed class CsvLinesTests
{
    [Theory]
    [InlineData("a,b\n", new[] { "a", "b" })]
    [InlineData("a,b", new[] { "a", "b" })]
    [InlineData("a,b\r\n", new[] { "a", "b" })]
    [InlineData(",\n", new[] { "", "" })]
    [InlineData("\"a,b\",\"say \"\"x\"\"\"\n", new[] { "a,b", "say \"x\"" })]
    [InlineData("\"two\r\nlines\",b\r\n", new[] { "two\r\nlines", "b" })]
    [InlineData("\"\",\"\"\n", new[] { "", "" })]
    [InlineData("5\" cuff, x \n", new[] { "5\" cuff", " x " })]
    [InlineData("\"a\r\",b\r\n", new[] { "a\r", "b" })]
    public void A_record_is_read_field_by_field(string text, string[] fields)
    {
        CsvRecord record = Assert.Single(Read(text));
        Assert.Null(record.Fault);
        Assert.Equal(fields, record.Fields);
    }

    [Fact]
    public void Empty_lines_are_skipped_and_lines_are_counted()
    {
        List<CsvRecord> records = Read("\na,b\r\n\r\n\"c\nd\",e\nf,g\n\n");
        Assert.Equal([2L, 4L, 6L], records.Select(r => r.Line));
    }

    [Fact]
    public void A_lost_quote_costs_its_own_line_only()
    {
        List<CsvRecord> records = Read("1,\"lost\n2,fine\n3,\"fine, too\"\n");
        Assert.Equal("line 1 opens a quote that is not closed", records[0].Fault);
        Assert.Equal(["2", "fine"], records[1].Fields);
        Assert.Equal(["3", "fine, too"], records[2].Fields);
    }

    [Fact]
    public void A_quote_open_at_the_end_of_the_text_gives_the_later_lines_back()
    {
        List<CsvRecord> records = Read("1,\"lost\n2,a\n3,b");
        Assert.Equal("line 1 opens a quote that is not closed", records[0].Fault);
        Assert.Equal([2L, 3L], records.Skip(1).Select(r => r.Line));
        Assert.Equal(["3", "b"], records[2].Fields);
    }

    [Fact]
    public void Text_after_a_closing_quote_is_refused() => Assert.Equal("line 1 has text after a closing quote", Read("\"a\"b,c\n")[0].Fault);

    [Fact]
    public void A_record_without_end_is_refused_in_bounded_memory_and_reading_goes_on()
    {
        List<CsvRecord> records = Read(new string('x', CsvReader.LongestRecord * 3) + "\n1,2\n");
        Assert.Equal(2, records.Count);
        Assert.Equal($"line 1 is longer than {CsvReader.LongestRecord} characters", records[0].Fault);
        Assert.Equal(["1", "2"], records[1].Fields);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_refuse_their_row()
    {
        using StreamReader latin = new(new MemoryStream([(byte)'a', (byte)',', 0xE9, (byte)'\n', (byte)'b', (byte)'\n']));
        CsvReader reader = new(latin);
        Assert.Equal("line 1 holds bytes that are not UTF-8", reader.Read()?.Fault);
        Assert.Null(reader.Read()?.Fault);
    }

    [Property]
    public void What_is_written_is_read_again(string?[] texts)
    {
        string[] fields = ["first", .. texts.Select(t => (t ?? "").Replace("\uFFFD", "", StringComparison.Ordinal))];
        StringWriter text = new(CultureInfo.InvariantCulture);
        CsvWriter.Write(text, fields);
        CsvRecord record = Assert.Single(Read(text.ToString()));
        Assert.Null(record.Fault);
        Assert.Equal(fields, record.Fields);
    }

    [Property]
    public void No_text_throws_and_every_text_ends(string?[] pieces)
    {
        string text = string.Join("", pieces.Select((piece, i) => (i % 4) switch { 0 => "\"", 1 => ",", 2 => "\n", _ => "\r\n" } + piece));
        int lines = text.Count(c => c == '\n') + 1;
        Assert.True(Read(text).Count <= lines);
    }

    private static List<CsvRecord> Read(string text)
    {
        CsvReader reader = new(new StringReader(text));
        List<CsvRecord> records = [];
        while (reader.Read() is { } record)
        {
            records.Add(record);
        }

        return records;
    }
}
