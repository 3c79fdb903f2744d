# SPDX-License-Identifier: BSD-2-Clause
#
# The page, as one document in a header: made again when one of its sources
# was changed.

rackscope_page=$ngx_addon_dir/ngx_rackscope_logs/page
rackscope_made=$NGX_OBJS/ngx_http_rackscope_logs_page.h
rackscope_needs=$NGX_OBJS/addon/http/ngx_http_rackscope_logs_page

cat << END                                                    >> $NGX_MAKEFILE

$rackscope_needs.$ngx_objext:	$rackscope_made

$rackscope_made:	`echo $rackscope_page/*`
	sh $rackscope_page/embed $rackscope_page $rackscope_made

END
