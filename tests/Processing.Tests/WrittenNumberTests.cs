using FsCheck.Xunit;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests;

[Properties(Replay = "20260302,1", QuietOnSuccess = true, MaxTest = 1000)]
public sealed class WrittenNumberTests
{
    [Theory]
    [InlineData("39.5", 40)]
    [InlineData("39.499999999", 39)]
    [InlineData("-0.5", 0)]
    [InlineData("-0.6", -1)]
    [InlineData("-2", -2)]
    [InlineData("0", 0)]
    [InlineData("0057.50", 58)]
    public void The_printed_integer_is_half_up_on_the_digits(string text, int printed)
    {
        Assert.True(WrittenNumber.TryRead(text, out WrittenNumber number));
        Assert.Equal(printed, number.HalfUp);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("+5")]
    [InlineData("1e2")]
    [InlineData("1,5")]
    [InlineData("1 5")]
    [InlineData("--5")]
    [InlineData("NaN")]
    [InlineData("1000000.1")]
    [InlineData("99999999999999999999")]
    [InlineData("0.1234567891")]
    [InlineData("٣")]
    public void What_is_no_plain_decimal_number_is_not_read(string text) => Assert.False(WrittenNumber.TryRead(text, out _));

    [Theory]
    [InlineData("1.10", "1.1")]
    [InlineData("-0.25", "-0.25")]
    [InlineData("100", "100")]
    [InlineData("-0", "0")]
    [InlineData("1000000", "1000000")]
    public void It_is_written_with_all_its_digits_and_no_more(string text, string written)
    {
        Assert.True(WrittenNumber.TryRead(text, out WrittenNumber number));
        Assert.Equal(written, number.ToString());
    }

    [Property]
    public void Every_number_reads_back_as_it_was_written(int thousandths)
    {
        WrittenNumber number = WrittenNumber.Near(thousandths % 1_000_000_000 / 1000.0);
        Assert.True(WrittenNumber.TryRead(number.ToString(), out WrittenNumber back));
        Assert.Equal(number, back);
    }

    [Property]
    public void Rounding_is_that_of_a_decimal_away_from_nothing_upwards(int hundredths)
    {
        decimal value = hundredths % 1_000_000 / 100m;
        Assert.True(WrittenNumber.TryRead(value.ToString(System.Globalization.CultureInfo.InvariantCulture), out WrittenNumber number));
        Assert.Equal(Math.Floor(value + 0.5m), number.HalfUp);
    }
}
