using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vascular.Acquisition.Records.Migrations
{
    /// <inheritdoc />
    public partial class ReturnedResults : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "ReturnedResults",
                columns: table => new
                {
                    Instance = table.Column<string>(type: "TEXT", nullable: false),
                    Examination = table.Column<Guid>(type: "TEXT", nullable: false),
                    Binding = table.Column<int>(type: "INTEGER", nullable: false),
                    ResultVersion = table.Column<int>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", nullable: false),
                    SopClass = table.Column<string>(type: "TEXT", nullable: false),
                    Study = table.Column<string>(type: "TEXT", nullable: false),
                    Series = table.Column<string>(type: "TEXT", nullable: false),
                    File = table.Column<byte[]>(type: "BLOB", nullable: true),
                    Sha256 = table.Column<string>(type: "TEXT", nullable: false),
                    CommittedUtcNs = table.Column<long>(type: "INTEGER", nullable: false),
                    State = table.Column<string>(type: "TEXT", nullable: false),
                    SettledUtcNs = table.Column<long>(type: "INTEGER", nullable: true),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    Detail = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReturnedResults", x => x.Instance);
                    table.ForeignKey(
                        name: "FK_ReturnedResults_Examinations_Examination",
                        column: x => x.Examination,
                        principalTable: "Examinations",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_ReturnedResults_Examination_Binding_ResultVersion",
                table: "ReturnedResults",
                columns: new[] { "Examination", "Binding", "ResultVersion" });

            migrationBuilder.CreateIndex(
                name: "IX_ReturnedResults_State",
                table: "ReturnedResults",
                column: "State");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ReturnedResults");
        }
    }
}
