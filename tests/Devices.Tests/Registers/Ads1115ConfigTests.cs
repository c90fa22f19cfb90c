using Vascular.Devices.Registers;

namespace Vascular.Devices.Tests.Registers;

public class Ads1115ConfigTests
{
    [Fact]
    public void The_power_up_value_of_the_data_sheet_reads_as_the_data_sheet_says()
    {
        Ads1115Config config = new(Ads1115Config.PowerUp);
        Assert.Equal((null, 2048, 128, true), (config.Input, config.FullScaleMilliVolts, config.PerSecond, config.Ready));
        Assert.Equal(0.0625, config.MilliVoltsPerCount);
    }

    // bits by hand: OS 1, MUX 100 + input, PGA, MODE 1, DR, comparator off 00011
    [Theory]
    [InlineData(0, 2048, 128, 0xC583)]
    [InlineData(1, 2048, 128, 0xD583)]
    [InlineData(3, 1024, 860, 0xF7E3)]
    [InlineData(2, 6144, 8, 0xE103)]
    [InlineData(0, 4096, 16, 0xC323)]
    [InlineData(0, 256, 475, 0xCBC3)]
    public void A_start_word_has_every_bit_where_the_data_sheet_has_it(int input, int fullScale, int rate, int word)
    {
        Ads1115Config config = Ads1115Config.Start(input, fullScale, rate);
        Assert.Equal(word, config.Word);
        Assert.Equal((input, fullScale, rate), (config.Input, config.FullScaleMilliVolts, config.PerSecond));
        Assert.Equal(word & 0x7FFF, config.Busy.Word);
        Assert.False(config.Busy.Ready);
    }

    [Fact]
    public void What_the_chip_does_not_have_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Ads1115Config.Start(4, 2048, 128));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ads1115Config.Start(0, 2000, 128));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ads1115Config.Start(0, 2048, 100));
    }
}
